#include "host/host.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "host/backend.hpp"
#include "host/check/checked_backend.hpp"
#include "host/check/contract.hpp"
#include "host/check/own_threads.hpp"
#include "lib/ipc/messages_authz.hpp"
#include "lib/ipc/messages_resource.hpp"
#include "lib/log/log.hpp"

namespace winrmd::host {
namespace {

// How often the watchdog looks while calls run: four times within the deadline, within these bounds.
constexpr std::chrono::milliseconds watchdog_period_min{25};
constexpr std::chrono::milliseconds watchdog_period_max{5000};
constexpr std::chrono::milliseconds stop_period{20};  // between looks whether the plug-in has let go

}  // namespace

Host::Host(ipc::HostSetup setup, std::unique_ptr<ipc::Channel> supervisor, Fd net)
    : setup_(std::move(setup)),
      net_(std::move(net)),
      outbox_(net_.get(), waker_),
      supervisor_(std::move(supervisor)),
      pool_(setup_.call_threads,
            setup_.check && setup_.call_threads > 1 ? CallPool::Threads::fresh : CallPool::Threads::kept) {
  std::vector<Plugin*> plugins;
  for (const ipc::HostedPlugin& plugin : setup_.plugins) {
    plugins_.push_back(
        std::make_unique<Plugin>(plugin, setup_.application, setup_.authorization, setup_.startup_flags));
    plugins.push_back(plugins_.back().get());
  }
  if (setup_.authorization) {
    if (!plugins.empty()) {
      authorizations_ = std::make_unique<Authorizations>(
          Authorizations::Services{outbox_, pool_, handles_, space_, supervisor_}, *plugins.front());
    }
  } else {
    auto token = std::make_shared<Token>();
    token->id = setup_.token;
    token->identity = setup_.identity;
    own_token_ = handles_.make_token(std::move(token), true);
    requests_ = std::make_unique<Requests>(Requests::Services{handles_, space_, notifier_}, own_token_);
    shells_ = std::make_unique<Shells>(
        Shells::Services{outbox_, agenda_, waker_, pool_, *requests_, handles_, supervisor_}, plugins);
    resources_ = std::make_unique<Resources>(Resources::Services{outbox_, agenda_, waker_, pool_, *requests_}, plugins);
  }
  const std::vector<const Plugin*> served(plugins.begin(), plugins.end());
  if (setup_.check) {
    backend_ = std::make_unique<CheckedBackend>(requests_.get(), shells_.get(), resources_.get(), authorizations_.get(),
                                                handles_, served);
  } else {
    backend_ = std::make_unique<HostBackend>(requests_.get(), shells_.get(), resources_.get(), authorizations_.get(),
                                             handles_, served);
  }
}

Host::~Host() = default;

Exit Host::run() {
  supervisor_.ready();
  if (setup_.startup_flags != WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED) start_plugins();
  while (phase_ != Phase::stopped) {
    poll_once();
    if (phase_ != Phase::serving) advance_stop();
    if (is_stuck()) {
      log::error("host_calls_stuck", {{"threads", std::int64_t{setup_.call_threads}},
                                      {"deadline_ms", std::int64_t{setup_.call_deadline_ms}}});
      report_calls_stuck();
      return Exit::calls_stuck;
    }
    if (phase_ != Phase::serving && phase_ != Phase::stopped && Clock::now() > stop_until()) {
      log::error("host_stop_stuck");
      report_stop_stuck();
      return Exit::stop_stuck;
    }
  }
  // What is still to be sent, now that nothing more comes.
  outbox_.flush();
  return Exit::stopped;
}

// Nobody has asked for them, nor waits: one that fails is logged, and tried again when a request comes.
void Host::start_plugins() {
  for (const auto& plugin : plugins_) pool_.post([started = plugin.get()] { started->start(); });
}

void Host::poll_once() {
  std::array<pollfd, 3> fds{};
  const short net_events = static_cast<short>(POLLIN | (outbox_.waiting() ? POLLOUT : 0));
  fds[0] = {.fd = net_open_ ? net_.get() : -1, .events = net_events, .revents = 0};
  fds[1] = {.fd = supervisor_open_ ? supervisor_.fd() : -1, .events = POLLIN, .revents = 0};
  fds[2] = {.fd = waker_.fd(), .events = POLLIN, .revents = 0};
  auto until = Clock::time_point::max();
  if (const auto next = agenda_.next()) until = *next;
  const bool watching = setup_.call_deadline_ms != 0 && !pool_.idle();
  if (watching) {
    const std::chrono::milliseconds period(setup_.call_deadline_ms / 4);
    until = std::min(until, Clock::now() + std::clamp(period, watchdog_period_min, watchdog_period_max));
  }
  if (phase_ != Phase::serving) until = std::min(until, Clock::now() + stop_period);
  int timeout = -1;
  if (until != Clock::time_point::max()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }
  ::poll(fds.data(), fds.size(), timeout);
  if (fds[2].revents != 0) waker_.drain();
  if (net_open_ && (fds[0].revents & POLLOUT) != 0) outbox_.flush();
  if (fds[1].revents != 0 && !supervisor_.read([this](std::uint32_t reason) { stop(reason); })) {
    supervisor_open_ = false;
    stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE);
  }
  if (net_open_ && (fds[0].revents & ~POLLOUT) != 0) read_net();
  agenda_.run_due(Clock::now());
}

void Host::read_net() {
  const auto progress = ipc::receive_some(net_.get(), net_reader_);
  for (;;) {
    auto frame = net_reader_.next();
    if (!frame) {
      log::error("net_channel_broken", {{"reason", frame.error().message}});
      net_open_ = false;
      break;
    }
    if (!*frame) break;
    dispatch(**frame);
  }
  if (progress == ipc::Progress::closed) net_open_ = false;
  if (net_open_) return;
  outbox_.close();
  stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE);
}

template <class M, class F>
void Host::with(const ipc::Frame& frame, F&& action) {
  auto message = ipc::decode<M>(frame);
  if (!message) return malformed(frame);
  action(std::move(*message));
}

void Host::malformed(const ipc::Frame& frame) {
  log::error("message_malformed", {{"type", std::int64_t{frame.type}}});
  if (frame.id != 0) outbox_.post(ipc::Failed{.code = code_invalid_parameter, .text = "malformed message"}, frame.id);
}

void Host::dispatch(const ipc::Frame& frame) {
  if (static_cast<ipc::MessageType>(frame.type) == ipc::MessageType::stop) {
    return with<ipc::Stop>(frame, [this](const ipc::Stop& it) { stop(it.reason); });
  }
  if (authorizations_) return dispatch_to(*authorizations_, frame);
  if (!shells_ || !resources_) return malformed(frame);
  using enum ipc::MessageType;
  switch (static_cast<ipc::MessageType>(frame.type)) {
    case resource_call:
    case enumeration_open:
    case enumeration_pull:
    case enumeration_close:
      return dispatch_to(*resources_, frame);
    case cancel:
      shells_->cancel(frame.id);
      return resources_->cancel(frame.id);
    default:
      return dispatch_to(*shells_, frame);
  }
}

void Host::dispatch_to(Shells& to, const ipc::Frame& frame) {
  using enum ipc::MessageType;
  const std::uint64_t id = frame.id;
  switch (static_cast<ipc::MessageType>(frame.type)) {
    case shell_create:
      return with<ipc::ShellCreate>(frame, [&](auto it) { to.create_shell(id, std::move(it)); });
    case command_create:
      return with<ipc::CommandCreate>(frame, [&](const auto& it) { to.create_command(id, it); });
    case stream_send:
      return with<ipc::StreamSend>(frame, [&](auto it) { to.send(id, std::move(it)); });
    case stream_receive:
      return with<ipc::StreamReceive>(frame, [&](const auto& it) { to.receive(id, it); });
    case signal:
      return with<ipc::Signal>(frame, [&](auto it) { to.signal(id, std::move(it)); });
    case shell_state:
      return with<ipc::ShellState>(frame, [&](const auto& it) { to.set_state(id, it); });
    case connect:
      return with<ipc::Connect>(frame, [&](const auto& it) { to.connect(id, it); });
    case shell_delete:
      return with<ipc::ShellDelete>(frame, [&](const auto& it) { to.delete_shell(id, it); });
    case undelivered:
      return with<ipc::Undelivered>(frame, [&](const auto& it) { to.undelivered(it); });
    default:
      return malformed(frame);
  }
}

void Host::dispatch_to(Resources& to, const ipc::Frame& frame) {
  using enum ipc::MessageType;
  const std::uint64_t id = frame.id;
  switch (static_cast<ipc::MessageType>(frame.type)) {
    case resource_call:
      return with<ipc::ResourceCall>(frame, [&](const auto& it) { to.call(id, it); });
    case enumeration_open:
      return with<ipc::EnumerationOpen>(frame, [&](const auto& it) { to.open(id, it); });
    case enumeration_pull:
      return with<ipc::EnumerationPull>(frame, [&](const auto& it) { to.pull(id, it); });
    case enumeration_close:
      return with<ipc::EnumerationClose>(frame, [&](const auto& it) { to.close(it); });
    default:
      return malformed(frame);
  }
}

void Host::dispatch_to(Authorizations& to, const ipc::Frame& frame) {
  using enum ipc::MessageType;
  const std::uint64_t id = frame.id;
  switch (static_cast<ipc::MessageType>(frame.type)) {
    case authz_user:
      return with<ipc::AuthzUser>(frame, [&](const auto& it) { to.authorize_user(id, it); });
    case authz_operation:
      return with<ipc::AuthzOperation>(frame, [&](const auto& it) { to.authorize_operation(id, it); });
    case authz_query_quota:
      return with<ipc::AuthzQueryQuota>(frame, [&](const auto& it) { to.query_quota(id, it); });
    case authz_cancel:
      return to.cancel(id);
    case authz_release_context:
      return with<ipc::AuthzReleaseContext>(frame, [&](const auto& it) { to.release_context(it.context); });
    default:
      return malformed(frame);
  }
}

void Host::stop(std::uint32_t reason) {
  if (phase_ != Phase::serving) return;
  phase_ = Phase::completing;
  reason_ = reason == 0 ? WSMAN_PLUGIN_SHUTDOWN_SERVICE : reason;
  stop_began_ = Clock::now();
  if (shells_) shells_->end_all();
  if (resources_) resources_->end_all();
  if (authorizations_) authorizations_->end_all();
}

Clock::time_point Host::stop_until() const {
  return stop_began_ + (setup_.check ? checked_stop_deadline : stop_deadline);
}

void Host::report_calls_stuck() {
  if (phase_ == Phase::shutting_down) return report_stop_stuck();
  contract::report(contract::breach::never_returned,
                   "every call thread has been inside an entry point or callback for too long");
}

void Host::report_stop_stuck() {
  if (phase_ == Phase::shutting_down) {
    contract::report(contract::breach::shutdown_blocked, "WSManPluginShutdown did not return");
  } else if (!pool_.idle()) {
    contract::report(contract::breach::never_returned, "an entry point did not return before the end of the host");
  }
}

void Host::advance_stop() {
  if (setup_.check && !reported_open_ && Clock::now() > stop_began_ + completion_grace) {
    reported_open_ = true;
    if (requests_) requests_->report_open();
    if (authorizations_) authorizations_->report_open();
  }
  if (phase_ == Phase::completing) {
    // A shell that its plug-in does not complete keeps its context in use: then there is no good order to end in. An
    // authorization call that is never completed holds nothing up for longer than its grace.
    if (shells_ && !shells_->empty()) return;
    if (resources_ && !resources_->empty()) return;
    const bool quiet = !authorizations_ || authorizations_->quiet();
    if (!pool_.idle() || (!quiet && Clock::now() < stop_began_ + completion_grace)) return;
    if (authorizations_) authorizations_->release_all();
    phase_ = Phase::releasing;
  }
  if (phase_ == Phase::releasing && pool_.idle()) {
    phase_ = Phase::shutting_down;
    pool_.post([this] { shut_plugins_down(); });
  }
  if (phase_ == Phase::shutting_down && plugins_down_) phase_ = Phase::stopped;
}

void Host::shut_plugins_down() {
  for (const auto& plugin : plugins_) plugin->shutdown(reason_);
  if (setup_.check) own_threads::report_others();
  plugins_down_ = true;
  waker_.wake();
}

bool Host::is_stuck() {
  if (setup_.call_deadline_ms == 0) return false;
  const auto since = Clock::now() - std::chrono::milliseconds(setup_.call_deadline_ms);
  return pool_.stuck_since(since) || notifier_.stuck_since(since);
}

}  // namespace winrmd::host

#include "supervisor/supervisor.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "lib/log/log.hpp"

namespace winrmd::supervisor {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A child that closed its channel ends soon, or is ended.
constexpr auto closing_time = seconds(10);

sigset_t our_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, signal);
  return set;
}

}  // namespace

void block_signals() {
  const auto set = our_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, nullptr);
}

Supervisor::Supervisor(Service service)
    : service_(std::move(service)),
      running_(running_account(service_.home)),
      lookup_(cached_lookup(find_account)),
      tokens_(settings().accounts, service_.privileged, running_, lookup_),
      requests_(service_.configuration.settings, service_.privileged, running_, tokens_, lookup_, *this),
      pam_(service_.programs + "/winrmd-pam", settings().login.pam ? settings().login.pam_service : std::string(),
           service_.log.get()) {
  service_.configuration.revisions = Revisions(settings(), {});
}

Result<void> Supervisor::open_signals() {
  block_signals();
  const auto set = our_signals();
  signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) return fail(fmt::format("signalfd: {}", std::strerror(errno)));
  // Orphans of hosts come to us and not to init, so that they can be ended with the host.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  return {};
}

Result<void> Supervisor::run() {
  control_ = std::move(service_.control);
  if (auto opened = open_signals(); !opened) return opened;
  auth_.start_at = Clock::now();
  net_.start_at = Clock::now();
  while (stage_ != Stage::stopped) {
    start_due(Clock::now());
    wait_and_dispatch();
    meet_deadlines();
    advance_stop();
  }
  pam_.kill_all();
  if (service_.throw_away) kill_strangers();
  if (!failure_.empty()) return fail(failure_);
  return {};
}

Supervisor::Child* Supervisor::find(std::uint64_t number) {
  const auto found = children_.find(number);
  return found == children_.end() ? nullptr : &found->second;
}

void Supervisor::wait_and_dispatch() {
  std::vector<pollfd> fds{{.fd = signals_.get(), .events = POLLIN, .revents = 0}};
  std::vector<std::uint64_t> numbers;
  for (auto& [number, child] : children_) {
    if (child.closed) continue;
    const auto events = static_cast<short>(child.link.wants_write() ? POLLIN | POLLOUT : POLLIN);
    fds.push_back({.fd = child.link.fd(), .events = events, .revents = 0});
    numbers.push_back(number);
  }
  const auto first_control = fds.size();
  control_.wait_for(fds);
  if (::poll(fds.data(), fds.size(), poll_timeout()) <= 0) return;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (fds[i + 1].revents == 0) continue;
    if (auto* child = find(numbers[i])) serve(*child, fds[i + 1].revents);
  }
  if (std::any_of(fds.begin() + static_cast<std::ptrdiff_t>(first_control), fds.end(),
                  [](const pollfd& fd) { return fd.revents != 0; })) {
    take_control_requests();
  }
  if (fds[0].revents != 0) take_signals();
}

void Supervisor::serve(Child& child, short events) {
  if ((events & POLLOUT) != 0) child.link.flush();
  if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) {
    const bool open = child.link.receive() != ipc::Progress::closed;
    take_frames(child);
    if (!open && !child.closed) {
      child.closed = true;
      child.kill_at = std::min(child.kill_at.value_or(Clock::time_point::max()), Clock::now() + closing_time);
    }
  }
}

void Supervisor::take_frames(Child& child) {
  for (;;) {
    auto frame = child.link.next();
    if (!frame) return give_up(child, frame.error().message);
    if (!*frame) return;
    const bool was_ready = child.asker.ready;
    auto reply = requests_.handle(child.asker, **frame, Clock::now());
    if (!reply) return give_up(child, reply.error().message);
    if (*reply) child.link.send_bytes(std::move((*reply)->bytes), std::move((*reply)->fds));
    if (was_ready || !child.asker.ready) continue;
    child.kill_at.reset();
    if (child.asker.kind == Kind::net && !came_up_) {
      came_up_ = true;
      log::info("ready");
      if (service_.on_ready) service_.on_ready();
    }
  }
}

// It broke the rules, or cannot be talked to: no further word of it is heard.
void Supervisor::give_up(Child& child, std::string_view reason) {
  log::error("child_ended_by_supervisor",
             {{"child", kind_name(child.asker.kind)}, {"pid", std::int64_t{child.pid}}, {"reason", reason}});
  child.closed = true;
  ::kill(child.pid, SIGKILL);
}

void Supervisor::end_host(std::uint64_t number) {
  auto* child = find(number);
  if (child == nullptr) return;
  if (child->asker.kind == Kind::operations_host || child->asker.kind == Kind::authorization_host)
    give_up(*child, "did not end when it was told to");
}

void Supervisor::take_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    switch (info.ssi_signo) {
      case SIGCHLD:
        reap();
        break;
      case SIGHUP:
        if (!service_.throw_away) {
          begin_reload(std::nullopt);
          break;
        }
        [[fallthrough]];
      default:
        begin_stop();
    }
  }
}

void Supervisor::take_control_requests() {
  for (const auto session : control_.take_requests(Clock::now())) begin_reload(session);
}

int Supervisor::poll_timeout() const {
  auto next = std::min(control_.next_deadline(), reload_ ? reload_->until : Clock::time_point::max());
  next = std::min({next, pam_.next_deadline(), next_look_});
  for (const auto& [number, child] : children_) {
    if (child.kill_at) next = std::min(next, *child.kill_at);
  }
  for (const auto* slot : {&net_, &auth_}) {
    if (slot->start_at) next = std::min(next, *slot->start_at);
  }
  if (stage_ != Stage::running) next = std::min(next, stage_deadline_);
  if (next == Clock::time_point::max()) return -1;
  const auto wait = std::chrono::ceil<milliseconds>(next - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(wait, 0, 60'000));
}

void Supervisor::meet_deadlines() {
  const auto now = Clock::now();
  look_after_reload(now);
  if (control_.next_deadline() <= now) take_control_requests();
  pam_.kill_overdue(now);
  look_at_limits(now);
  for (auto& [number, child] : children_) {
    if (child.link.broken() && !child.closed) give_up(child, "does not read its channel");
    if (!child.kill_at || *child.kill_at > now) continue;
    child.kill_at.reset();
    give_up(child, child.asker.ready ? "did not end in time" : "did not become ready in time");
  }
}

}  // namespace winrmd::supervisor

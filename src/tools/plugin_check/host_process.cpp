#include "tools/plugin_check/host_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "lib/ipc/breach.hpp"
#include "lib/ipc/messages_authz.hpp"
#include "tools/plugin_check/identity.hpp"
#include "tools/plugin_check/offspring.hpp"

namespace winrmd::tools::check {
namespace {

constexpr std::uint32_t access_denied = 5;
constexpr std::size_t max_answers = 100'000;          // that nobody has asked for yet
constexpr std::chrono::milliseconds look_period{50};  // between looks whether the process has ended

// As a service gives it, and what a library that is being developed may need to be found.
std::vector<std::string> environment() {
  std::vector<std::string> result{
      "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/", "SHELL=/bin/sh", "LANG=C.UTF-8", "USER=" + own_account(),
      "LOGNAME=" + own_account()};
  for (const char* name : {"LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) result.push_back(std::string(name) + "=" + value);
  }
  return result;
}

}  // namespace

HostProcess::HostProcess(const Ground& ground, OnBreach on_breach)
    : verbose_(ground.verbose), user_(ground.user), on_breach_(std::move(on_breach)) {}

Result<std::unique_ptr<HostProcess>> HostProcess::start(const Ground& ground, ipc::HostSetup setup,
                                                        OnBreach on_breach) {
  std::unique_ptr<HostProcess> host(new HostProcess(ground, std::move(on_breach)));
  setup.check = true;
  if (auto launched = host->launch(ground, setup); !launched) return std::unexpected(launched.error());
  return host;
}

Result<void> HostProcess::launch(const Ground& ground, const ipc::HostSetup& setup) {
  auto net = ipc::socket_pair();
  auto control = ipc::socket_pair();
  auto breaches = ipc::socket_pair();
  std::array<int, 2> pipe{};
  if (!net || !control || !breaches || ::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    return fail(std::string("no channel: ") + std::strerror(errno));
  }
  output_fd_ = Fd(pipe[0]);
  ::fcntl(output_fd_.get(), F_SETFL, O_NONBLOCK);
  HostProgram program{.path = ground.program, .environment = environment(), .memory_mb = ground.memory_mb};
  program.control = std::move(control->second);
  program.output = Fd(pipe[1]);
  net_ = std::move(net->first);
  breaches_ = std::move(breaches->first);
  control_ = std::make_unique<ipc::Channel>(std::move(control->first));
  const auto started = start_host(program, ground.sandbox);
  if (!started) return std::unexpected(started.error());
  pid_ = *started;
  const std::array fds{net->second.get(), breaches->second.get()};
  return control_->send(setup, 0, fds);
}

HostProcess::~HostProcess() {
  if (pid_ > 0 && !ending_) end_everything(pid_);
}

void HostProcess::send_bytes(std::string bytes) {
  if (!gone_) waiting_ += bytes;
  turn(Clock::now());
}

void HostProcess::turn(Clock::time_point until) {
  if (gone_) return;
  const short net_events = static_cast<short>(POLLIN | (waiting_.empty() ? 0 : POLLOUT));
  std::array<pollfd, 4> fds{pollfd{.fd = net_.get(), .events = net_events, .revents = 0},
                            pollfd{.fd = control_->fd(), .events = POLLIN, .revents = 0},
                            pollfd{.fd = breaches_.get(), .events = POLLIN, .revents = 0},
                            pollfd{.fd = output_fd_.get(), .events = POLLIN, .revents = 0}};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  ::poll(fds.data(), fds.size(), static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), look_period).count()));
  std::vector<int> none;
  if ((fds[0].revents & POLLOUT) != 0) ipc::send_some(net_.get(), waiting_, none);
  // A descriptor of the plug-in's children may keep the channels open: the process itself is what counts.
  const bool ended = has_ended(pid_);
  read_output();
  read_breaches();
  read_control();
  read_net();
  gone_ = ended;
}

std::optional<ipc::Frame> HostProcess::answer(std::uint64_t id, Clock::time_point until) {
  for (;;) {
    const auto found = answers_.find(id);
    if (found != answers_.end()) {
      note_choice(found->second);
      return std::move(answers_.extract(found).mapped());
    }
    if (gone_ || Clock::now() >= until) return std::nullopt;
    turn(until);
  }
}

std::optional<ipc::Frame> HostProcess::event(ipc::MessageType type, Clock::time_point until) {
  for (;;) {
    const auto found = std::ranges::find(events_, static_cast<std::uint16_t>(type), &ipc::Frame::type);
    if (found != events_.end()) {
      auto frame = std::move(*found);
      events_.erase(found);
      return frame;
    }
    if (gone_ || Clock::now() >= until) return std::nullopt;
    turn(until);
  }
}

void HostProcess::idle(std::chrono::milliseconds time) {
  const auto until = Clock::now() + time;
  while (!gone_ && Clock::now() < until) turn(until);
}

void HostProcess::hang_up() { ::shutdown(net_.get(), SHUT_RDWR); }

void HostProcess::read_net() {
  while (ipc::receive_some(net_.get(), net_reader_) == ipc::Progress::some) {
  }
  for (;;) {
    auto frame = net_reader_.next();
    if (!frame || !*frame) return;
    if ((*frame)->id == 0) {
      if (events_.size() < max_answers) events_.push_back(std::move(**frame));
    } else if (answers_.size() < max_answers) {
      const auto id = (*frame)->id;
      answers_.emplace(id, std::move(**frame));
    }
  }
}

void HostProcess::read_control() {
  while (ipc::receive_some(control_->fd(), control_reader_) == ipc::Progress::some) {
  }
  for (;;) {
    auto frame = control_reader_.next();
    if (!frame || !*frame) return;
    control(**frame);
  }
}

void HostProcess::control(const ipc::Frame& frame) {
  if (const auto question = ipc::decode<ipc::DescribeToken>(frame)) {
    const auto known = described_.find(question->token);
    const ipc::TokenDescribed described{.identity = known == described_.end() ? own_identity(user_) : known->second};
    [[maybe_unused]] const auto sent = control_->send(described, frame.id);
  } else if (const auto mint = ipc::decode<ipc::MintAccount>(frame)) {
    if (!accounts_allowed_) {
      const ipc::Failed refused{.code = access_denied, .text = "The configuration does not allow that account."};
      [[maybe_unused]] const auto sent = control_->send(refused, frame.id);
      return;
    }
    ipc::TokenMinted minted{.token = "minted-" + std::to_string(next_token_++), .identity = {}};
    minted.identity = other_identity(mint->account);
    minted_.insert(minted.token);
    [[maybe_unused]] const auto sent = control_->send(minted, frame.id);
  } else if (const auto release = ipc::decode<ipc::ReleaseToken>(frame)) {
    minted_.erase(release->token);
  }
}

// A token that the plug-in has handed over is the service's.
void HostProcess::note_choice(const ipc::Frame& frame) {
  const auto completed = ipc::decode<ipc::AuthzCompleted>(frame);
  if (completed && completed->choice == ipc::TokenChoice::token) minted_.erase(completed->token);
}

void HostProcess::read_breaches() {
  while (ipc::receive_some(breaches_.get(), breach_reader_) == ipc::Progress::some) {
  }
  for (;;) {
    auto frame = breach_reader_.next();
    if (!frame || !*frame) return;
    if (const auto breach = ipc::decode<ipc::Breach>(**frame)) on_breach_(breach->kind, breach->detail);
  }
}

void HostProcess::read_output() {
  std::array<char, 16384> buffer{};
  // Bounded: who floods must not keep us here.
  for (int i = 0; i < 16; ++i) {
    const auto got = ::read(output_fd_.get(), buffer.data(), buffer.size());
    if (got <= 0) return;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
    if (verbose_) [[maybe_unused]]
      const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    output_ += text;
    if (output_.size() > max_kept_output) output_.erase(0, output_.size() - max_kept_output);
  }
}

HostProcess::Ending HostProcess::stop(std::chrono::milliseconds time) {
  if (ending_) return *ending_;
  turn(Clock::now());
  Ending ending{.asked = !gone_};
  if (!gone_) [[maybe_unused]]
    const auto sent = control_->send(ipc::Stop{});
  const auto until = Clock::now() + time;
  while (!gone_ && Clock::now() < until) turn(until);
  ending.killed = !gone_;
  for (const auto& [id, frame] : answers_) note_choice(frame);
  ending.status = end_everything(pid_);
  read_breaches();
  gone_ = true;
  ending_ = ending;
  return ending;
}

}  // namespace winrmd::tools::check

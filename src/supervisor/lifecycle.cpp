#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "lib/log/log.hpp"
#include "supervisor/environment.hpp"
#include "supervisor/spawn.hpp"
#include "supervisor/supervisor.hpp"
#include "supervisor/win32_errors.hpp"

namespace winrmd::supervisor {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto ready_time = seconds(20);
// winrmd-net or winrmd-auth that ran so long has earned an immediate restart.
constexpr auto good_run = seconds(10);
constexpr milliseconds first_pause(100);
constexpr milliseconds longest_pause(10'000);
// Hosts of a dead winrmd-net notice by themselves and get this long to put things in order.
constexpr auto orphan_time = seconds(10);
// A killed process that the kernel does not let go of is not waited for longer than this.
constexpr auto stranger_time = seconds(3);

std::string program_name(Kind kind) {
  if (kind == Kind::net) return "winrmd-net";
  return kind == Kind::auth ? "winrmd-auth" : "winrmd-host";
}

bool is_host(Kind kind) { return kind == Kind::operations_host || kind == Kind::authorization_host; }

}  // namespace

// The accounts of the service's own processes do not change while it runs.
Result<const Account*> Supervisor::account_for(const std::string& name) {
  if (!service_.privileged) return nullptr;
  const auto known = process_accounts_.find(name);
  if (known != process_accounts_.end()) return &known->second;
  auto account = find_account(name);
  if (!account) return std::unexpected(account.error());
  return &process_accounts_.emplace(name, std::move(*account)).first->second;
}

Result<Supervisor::Child*> Supervisor::start(Kind kind, const Account* account, const std::string& folder,
                                             std::vector<std::string> environment) {
  auto pair = ipc::socket_pair();
  if (!pair) return std::unexpected(pair.error());
  Program program{.path = service_.programs + "/" + program_name(kind),
                  .environment = std::move(environment),
                  .folder = folder,
                  .account = {},
                  .channel = pair->second.get(),
                  .log = service_.log.get(),
                  .umask = is_host(kind) ? 022U : 077U,
                  .core_dumps = is_host(kind),
                  .file_limit = {}};
  if (is_host(kind)) program.file_limit = service_.file_limit;
  if (account != nullptr) program.account = *account;
  const auto pid = spawn(program);
  if (!pid) return std::unexpected(pid.error());
  const auto number = ++last_number_;
  Child child{.asker = {.kind = kind, .number = number, .ready = false, .buckets = {}},
              .pid = *pid,
              .link = Link(std::move(pair->first)),
              .label = account == nullptr ? running_.name : account->name,
              .started = Clock::now(),
              .kill_at = Clock::now() + ready_time};
  log::info("child_started", {{"child", kind_name(kind)}, {"pid", std::int64_t{*pid}}, {"account", child.label}});
  return &children_.emplace(number, std::move(child)).first->second;
}

void Supervisor::start_due(Clock::time_point now) {
  if (stage_ != Stage::running) return;
  const auto start_slot = [&](Slot& slot, Result<void> (Supervisor::*starter)()) {
    if (!slot.start_at || *slot.start_at > now) return;
    slot.start_at.reset();
    if (const auto started = (this->*starter)(); !started) {
      log::error("child_not_started", {{"reason", started.error().message}});
      slot.start_at = now + longest_pause;
      if (!came_up_) {
        failure_ = started.error().message;
        begin_stop();
      }
    }
  };
  start_slot(auth_, &Supervisor::start_auth);
  start_slot(net_, &Supervisor::start_net);
}

Result<void> Supervisor::start_auth() {
  const auto account = account_for(settings().accounts.auth);
  if (!account) return std::unexpected(account.error());
  auto channel = ipc::socket_pair();
  if (!channel) return std::unexpected(channel.error());
  auto child = start(Kind::auth, *account, "/", service_environment(settings().log_level));
  if (!child) return std::unexpected(child.error());
  (*child)->asker.ready = true;
  (*child)->kill_at.reset();
  auth_.child = (*child)->asker.number;
  std::vector<Fd> fds;
  fds.push_back(std::move(channel->first));
  (*child)->link.send(make_auth_setup(settings(), service_.configuration.credentials, service_.privileged), 0,
                      std::move(fds));
  if (auto* net = find(net_.child)) {
    std::vector<Fd> other;
    other.push_back(std::move(channel->second));
    net->link.send(ipc::PeerChannel{}, 0, std::move(other));
  }
  return {};
}

std::vector<Fd> Supervisor::net_descriptors(Fd auth_channel) const {
  std::vector<Fd> fds;
  fds.push_back(std::move(auth_channel));
  fds.push_back(duplicate(service_.audit.get()));
  for (const auto& listener : service_.listeners) fds.push_back(duplicate(listener.get()));
  return fds;
}

Result<void> Supervisor::start_net() {
  const auto account = account_for(settings().accounts.net);
  if (!account) return std::unexpected(account.error());
  auto channel = ipc::socket_pair();
  if (!channel) return std::unexpected(channel.error());
  auto fds = net_descriptors(std::move(channel->first));
  if (std::ranges::any_of(fds, [](const Fd& fd) { return !fd; })) return fail("no file descriptor is left");
  auto child = start(Kind::net, *account, "/", service_environment(settings().log_level));
  if (!child) return std::unexpected(child.error());
  net_.child = (*child)->asker.number;
  (*child)->link.send(net_setup(service_.configuration), 0, std::move(fds));
  if (auto* auth = find(auth_.child)) {
    std::vector<Fd> other;
    other.push_back(std::move(channel->second));
    auth->link.send(ipc::PeerChannel{}, 0, std::move(other));
  }
  return {};
}

std::expected<StartedHost, ipc::Failed> Supervisor::start_host(const HostPlan& plan) {
  const auto refuse = [](std::uint32_t code, std::string text) {
    log::error("host_not_started", {{"reason", text}});
    return std::unexpected(ipc::Failed{.code = code, .text = std::move(text), .from_plugin = false});
  };
  if (stage_ != Stage::running) return refuse(error_no_system_resources, "the service is stopping");
  if (children_.size() >= max_hosts) return refuse(error_not_enough_quota, "too many host processes");
  auto channel = ipc::socket_pair();
  if (!channel) return refuse(error_no_system_resources, channel.error().message);
  const auto kind = plan.plugin == nullptr ? Kind::authorization_host : Kind::operations_host;
  auto child = start(kind, service_.privileged ? &plan.account : nullptr, plan.account.home,
                     host_environment(plan.account, !service_.privileged, settings().log_level));
  if (!child) return refuse(error_no_system_resources, child.error().message);
  watch(**child, plan);
  (*child)->asker.application = plan.application->path;
  if (plan.plugin == nullptr) (*child)->asker.authorization = plan.application->authorization;
  (*child)->asker.run_as = plan.plugin != nullptr && !plan.plugin->run_as_user.empty();
  std::vector<Fd> fds;
  fds.push_back(std::move(channel->first));
  auto setup = make_host_setup(*plan.settings, plan);
  setup.startup_flags = plan.startup_flags;
  (*child)->link.send(setup, 0, std::move(fds));
  return StartedHost{
      .number = (*child)->asker.number, .account = plan.account.name, .channel = std::move(channel->second)};
}

std::expected<Fd, ipc::Failed> Supervisor::start_pam() {
  auto channel = stage_ == Stage::running ? pam_.start(service_environment(settings().log_level), Clock::now())
                                          : fail("the service is stopping");
  if (channel) return std::move(*channel);
  log::error("pam_not_started", {{"reason", channel.error().message}});
  return std::unexpected(
      ipc::Failed{.code = error_no_system_resources, .text = std::move(channel.error().message), .from_plugin = false});
}

void Supervisor::reap() {
  for (;;) {
    siginfo_t info{};
    // Left unreaped until its session is ended, so that its number is still its own.
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
    const auto child =
        std::ranges::find_if(children_, [&](const auto& entry) { return entry.second.pid == info.si_pid; });
    if (child != children_.end()) {
      end_session(info.si_pid);
    } else {
      pam_.ended(info.si_pid);
    }
    int status = 0;
    ::waitpid(info.si_pid, &status, 0);
    if (child != children_.end()) bury(child, status);
  }
}

void Supervisor::bury(Children::iterator entry, int status) {
  // What it said before it died still counts.
  if (!entry->second.closed) {
    while (!entry->second.closed && entry->second.link.receive() == ipc::Progress::some) take_frames(entry->second);
  }
  const Child child = std::move(entry->second);
  const auto number = entry->first;
  children_.erase(entry);
  const auto words = describe_exit(status);
  const auto level = status == 0 || stage_ != Stage::running ? log::Level::info : log::Level::error;
  log::write(level, "child_ended",
             {{"child", kind_name(child.asker.kind)},
              {"pid", std::int64_t{child.pid}},
              {"account", child.label},
              {"status", words}});
  if (number == net_.child) {
    net_.child = 0;
    tokens_.clear();
    for (auto& [other_number, other] : children_) {
      if (!is_host(other.asker.kind)) continue;
      other.link.send(ipc::Stop{.reason = 2});
      other.kill_at = Clock::now() + orphan_time;
    }
    schedule_restart(net_, child, words);
  } else if (number == auth_.child) {
    auth_.child = 0;
    schedule_restart(auth_, child, words);
  } else if (auto* net = find(net_.child)) {
    net->link.send(ipc::HostExited{.host = number, .status = words});
  }
}

void Supervisor::schedule_restart(Slot& slot, const Child& child, const std::string& status) {
  if (stage_ != Stage::running) return;
  if (!came_up_) {
    failure_ = fmt::format("{} did not come up: {}", program_name(child.asker.kind), status);
    begin_stop();
    return;
  }
  const auto now = Clock::now();
  slot.failures = now - child.started >= good_run ? 0 : std::min(slot.failures + 1, 10U);
  const auto pause = slot.failures == 0 ? milliseconds(0) : first_pause * (1U << (slot.failures - 1));
  slot.start_at = now + std::min<milliseconds>(pause, longest_pause);
}

// As the subreaper we inherit what hosts' commands have left behind: kills it, and what that leaves behind in turn.
void Supervisor::kill_strangers() const {
  const auto deadline = Clock::now() + stranger_time;
  while (Clock::now() < deadline) {
    std::ifstream list(fmt::format("/proc/self/task/{}/children", ::getpid()));
    pid_t pid = 0;
    bool any = false;
    while (list >> pid) {
      any = true;
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, WNOHANG);
    }
    if (!any) return;
    const timespec moment{.tv_sec = 0, .tv_nsec = 1'000'000};
    ::nanosleep(&moment, nullptr);
  }
}

}  // namespace winrmd::supervisor

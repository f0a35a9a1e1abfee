#include "net/operations/hosts.hpp"

#include <algorithm>

#include "lib/log/log.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

constexpr std::uint32_t shutdown_service = 2;       // WSMAN_PLUGIN_SHUTDOWN_SERVICE
constexpr std::uint32_t shutdown_idle_timeout = 4;  // WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED

// Longer than a host itself gives its plug-ins.
constexpr std::chrono::seconds end_patience{20};

}  // namespace

OperationsHost::~OperationsHost() {
  // The host shuts its plug-ins down, exits and so closes the channel.
  link->post(ipc::Stop{shutdown_idle_timeout});
}

asio::awaitable<Outcome<HostRef>> Hosts::acquire(const UserRecord& user, PluginRef plugin) {
  if (plugin->shared_process) co_return co_await acquire_shared(user, plugin);
  co_return co_await start(user, plugin);
}

asio::awaitable<Outcome<HostRef>> Hosts::acquire_shared(const UserRecord& user, PluginRef plugin) {
  const auto key =
      user.owner + '\0' + (user.token ? user.token->account : std::string("\1service")) + '\0' + plugin->name;
  if (const auto found = shared_.find(key); found != shared_.end()) {
    auto& entry = found->second;
    if (const auto starting = entry.starting) co_return *co_await starting->wait();
    if (entry.host && !entry.host->link->closed()) {
      entry.idle = false;
      co_return entry.host;
    }
  }
  const auto starting = std::make_shared<Starting>();
  shared_[key].starting = starting;
  auto started = co_await start(user, plugin);
  auto& entry = shared_[key];
  entry.starting = nullptr;
  entry.host = started ? *started : nullptr;
  entry.idle = false;
  entry.idle_timeout = std::chrono::milliseconds(plugin->process_idle_timeout_ms);
  starting->keep(started);
  co_return started;
}

asio::awaitable<Outcome<HostRef>> Hosts::start(const UserRecord& user, PluginRef plugin) {
  const auto token = user.token;
  auto started = co_await control_.start_host({.authorization = false,
                                               .application = user.application->path,
                                               .token = token ? token->id : std::string(),
                                               .plugin = plugin->name});
  if (!started) co_return fault(started.error().code, std::move(started.error().text));
  auto host = std::make_shared<OperationsHost>(started->link);
  const auto* link = host->link.get();
  host->link->start([this, link](ipc::Frame frame) { on_event_(link, std::move(frame)); },
                    [this, link] { on_death_(link); });
  processes_.push_back({.link = host->link, .number = started->number, .token = token, .use = host});
  co_return host;
}

void Hosts::expire(Link::Clock::time_point now) {
  std::erase_if(processes_, [](const Process& process) { return process.link->closed(); });
  // Nothing is taken out of the list meanwhile; what goes on may add to it.
  for (const auto& process : processes_) process.link->expire(now);
  for (auto it = shared_.begin(); it != shared_.end();) it = is_spent(it->second, now) ? shared_.erase(it) : ++it;
  end_overdue(now);
}

void Hosts::end_overdue(Link::Clock::time_point now) {
  for (auto& process : processes_) {
    if (!process.use.expired() || process.link->closed()) continue;
    if (process.end_by == Link::Clock::time_point::max()) process.end_by = now + end_patience;
    if (now < process.end_by) continue;
    log::error("host_does_not_end", {{"host", static_cast<std::int64_t>(process.number)}});
    control_.link()->post(ipc::EndHost{process.number});
    process.link->close();
  }
}

bool Hosts::is_spent(Shared& entry, Link::Clock::time_point now) {
  if (entry.starting) return false;
  if (!entry.host || entry.host->link->closed()) return true;
  if (entry.host.use_count() > 1) {
    entry.idle = false;
    return false;
  }
  if (!std::exchange(entry.idle, true)) entry.idle_since = now;
  // Zero means never by this rule (plugin-api 6.2).
  return entry.idle_timeout.count() != 0 && now - entry.idle_since >= entry.idle_timeout;
}

void Hosts::stop() {
  for (const auto& process : processes_) process.link->post(ipc::Stop{shutdown_service});
}

bool Hosts::empty() const {
  return std::ranges::all_of(processes_, [](const Process& process) { return process.link->closed(); });
}

}  // namespace winrmd::net

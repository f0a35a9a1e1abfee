#include "net/operations/hosts.hpp"

#include <algorithm>

#include "lib/ipc/messages_resource.hpp"
#include "net/operations/host_key.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

constexpr std::uint32_t shutdown_service = 2;       // WSMAN_PLUGIN_SHUTDOWN_SERVICE
constexpr std::uint32_t shutdown_idle_timeout = 4;  // WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED

}  // namespace

OperationsHost::~OperationsHost() { endings->let_go(std::move(link), number, shutdown_idle_timeout); }

asio::awaitable<Outcome<HostRef>> Hosts::acquire(const UserRecord& user, PluginRef plugin) {
  Place place{.application = user.application->path,
              .plugin = plugin,
              .token = plugin->run_as_account.empty() ? user.token : nullptr};
  if (plugin->shared_process) co_return co_await acquire_shared(host_key(user, *plugin), std::move(place));
  co_return co_await start(std::move(place), 0);
}

asio::awaitable<Outcome<HostRef>> Hosts::acquire_for_resources(const UserRecord& user, PluginRef plugin) {
  if (plugin->shared_process) co_return co_await acquire(user, std::move(plugin));
  Place place{.application = user.application->path,
              .plugin = plugin,
              .token = plugin->run_as_account.empty() ? user.token : nullptr,
              .for_resources = true};
  co_return co_await acquire_shared(resources_key(user, *plugin), std::move(place));
}

asio::awaitable<Outcome<HostRef>> Hosts::acquire_shared(std::string key, Place place) {
  if (const auto found = shared_.find(key); found != shared_.end()) {
    auto& entry = found->second;
    if (const auto starting = entry.starting) co_return *co_await starting->wait();
    if (entry.host && !entry.host->link->closed()) {
      entry.idle = false;
      co_return entry.host;
    }
  }
  shared_[key].place = std::move(place);
  co_return co_await start_shared(std::move(key), 0);
}

// The process of an entry that has none.
asio::awaitable<Outcome<HostRef>> Hosts::start_shared(std::string key, std::uint32_t startup_flags) {
  const auto starting = std::make_shared<Starting>();
  auto& before = shared_[key];
  before.starting = starting;
  before.host = nullptr;
  auto started = co_await start(before.place, startup_flags);
  auto& entry = shared_[key];
  entry.starting = nullptr;
  entry.host = started ? *started : nullptr;
  entry.idle = entry.finished = false;
  entry.started = Clock::now();
  entry.started_with = startup_flags;
  entry.start_at = Clock::time_point::max();
  starting->keep(started);
  co_return started;
}

asio::awaitable<Outcome<HostRef>> Hosts::start(Place place, std::uint32_t startup_flags) {
  auto started = co_await control_.start_host({.authorization = false,
                                               .application = place.application,
                                               .token = place.token ? place.token->id : std::string(),
                                               .plugin = place.plugin->name,
                                               .startup_flags = startup_flags});
  if (!started) co_return fault(started.error().code, std::move(started.error().text));
  auto host = std::make_shared<OperationsHost>(*started, control_.endings());
  const auto* link = host->link.get();
  host->link->start(
      [this, link](ipc::Frame frame) {
        if (ipc::decode<ipc::WorkFinished>(frame)) return work_finished(link);
        on_event_(link, std::move(frame));
      },
      [this, link] { on_death_(link); });
  processes_.push_back({.link = host->link, .token = place.token});
  co_return host;
}

void Hosts::expire(Clock::time_point now) {
  std::erase_if(processes_, [](const Process& process) { return process.link->closed(); });
  // Nothing is taken out of the list meanwhile; what goes on may add to it.
  for (const auto& process : processes_) process.link->expire(now);
  for (auto it = shared_.begin(); it != shared_.end();) it = is_spent(it->second, now) ? shared_.erase(it) : ++it;
  start_due(now);
}

void Hosts::stop() {
  stopping_ = true;
  for (const auto& process : processes_) process.link->post(ipc::Stop{shutdown_service});
}

bool Hosts::empty() const {
  return std::ranges::all_of(processes_, [](const Process& process) { return process.link->closed(); });
}

}  // namespace winrmd::net

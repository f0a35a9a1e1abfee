#include "net/control.hpp"

#include "lib/log/log.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

constexpr std::chrono::seconds start_deadline{10};
// Longer than a host itself gives its plug-ins.
constexpr std::chrono::seconds end_patience{20};

}  // namespace

asio::awaitable<std::expected<StartedHost, ipc::Failed>> Control::start_host(ipc::StartHost request) {
  auto answer = co_await link_->call(request, Link::Clock::now() + start_deadline);
  if (!answer)
    co_return std::unexpected(ipc::Failed{ERROR_INTERNAL_ERROR, "The supervisor did not start a host process."});
  if (auto failed = ipc::decode<ipc::Failed>(*answer)) {
    log::error("host_start_failed", {{"application", request.application},
                                     {"code", static_cast<std::int64_t>(failed->code)},
                                     {"text", failed->text}});
    co_return std::unexpected(std::move(*failed));
  }
  auto started = ipc::decode<ipc::HostStarted>(*answer);
  if (!started || answer->fds.size() != 1) {
    co_return std::unexpected(ipc::Failed{ERROR_INTERNAL_ERROR, "The supervisor's answer was malformed."});
  }
  co_return StartedHost{std::make_shared<Link>(context_, std::move(answer->fds[0])), started->host, started->account};
}

void Endings::let_go(std::shared_ptr<Link> host, std::uint64_t number, std::uint32_t reason) {
  if (host->closed()) return;
  host->post(ipc::Stop{reason});
  all_.push_back({.link = std::move(host), .number = number});
}

void Endings::expire(Link::Clock::time_point now) {
  for (auto it = all_.begin(); it != all_.end();) {
    if (it->until == Link::Clock::time_point::max()) it->until = now + end_patience;
    if (!it->link->closed() && now < it->until) {
      ++it;
      continue;
    }
    const auto over = std::move(*it);
    it = all_.erase(it);
    if (over.link->closed()) continue;
    log::error("host_does_not_end", {{"host", static_cast<std::int64_t>(over.number)}});
    supervisor_->post(ipc::EndHost{over.number});
    over.link->close();
  }
}

}  // namespace winrmd::net

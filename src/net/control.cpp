#include "net/control.hpp"

#include "lib/log/log.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

constexpr std::chrono::seconds start_deadline{10};

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

}  // namespace winrmd::net

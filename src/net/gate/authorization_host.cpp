#include "net/gate/authorization_host.hpp"

#include "lib/log/log.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

constexpr std::uint32_t shutdown_service = 2;  // WSMAN_PLUGIN_SHUTDOWN_SERVICE

}  // namespace

AuthorizationHost::~AuthorizationHost() {
  if (link_) endings_->let_go(std::move(link_), number_, shutdown_service);
}

asio::awaitable<AuthorizationHost::Connected> AuthorizationHost::connected() {
  if (const auto starting = starting_) co_return *co_await starting->wait();
  if (link_ && !link_->closed()) co_return link_;
  if (retired_) co_return std::unexpected(ipc::Failed{ERROR_OPERATION_ABORTED, {}, false});

  starting_ = std::make_shared<Promise<Connected>>();
  auto started = co_await control_.start_host(
      {.authorization = true, .application = application_->path, .token = {}, .plugin = {}});
  Connected result = std::unexpected(ipc::Failed{});
  if (started) {
    result = link_ = started->link;
    number_ = started->number;
    link_->start(
        [weak = weak_from_this()](const ipc::Frame& frame) {
          const auto host = weak.lock();
          // An answer that crossed its cancellation: what it hands over is let go at once.
          const auto late = ipc::decode<ipc::AuthzCompleted>(frame);
          if (host && late) host->take_over(host->link_, *late);
        },
        [weak = weak_from_this()] {
          if (const auto host = weak.lock()) host->on_death_(*host);
        });
  } else {
    result = std::unexpected(std::move(started.error()));
  }
  std::exchange(starting_, nullptr)->keep(result);
  co_return result;
}

AuthzAnswer AuthorizationHost::take_over(const std::shared_ptr<Link>& link, ipc::AuthzCompleted completed) {
  AuthzAnswer result;
  if (completed.context != 0)
    result.context = std::make_shared<AuthzContext>(shared_from_this(), link, completed.context);
  if (completed.choice == ipc::TokenChoice::token) result.token = tokens_.adopt(completed.token, completed.account);
  result.completed = std::move(completed);
  return result;
}

std::expected<AuthzAnswer, ipc::Failed> AuthorizationHost::understand(const std::shared_ptr<Link>& link,
                                                                      std::uint64_t id, CallResult answer) {
  if (!answer) {
    if (answer.error() == CallError::timed_out) {
      link->post(ipc::AuthzCancel{}, id);
      log::warning("authz_no_answer",
                   {{"application", application_->path}, {"plugin", application_->authorization_name}});
      return std::unexpected(ipc::Failed{ERROR_WSMAN_OPERATION_TIMEDOUT, {}, false});
    }
    return std::unexpected(ipc::Failed{ERROR_OPERATION_ABORTED, "The authorization plug-in's host process ended."});
  }
  if (auto failed = ipc::decode<ipc::Failed>(*answer)) return std::unexpected(std::move(*failed));
  auto completed = ipc::decode<ipc::AuthzCompleted>(*answer);
  if (!completed) {
    log::error("ipc_malformed", {{"from", "authorization host"}});
    link->close();
    return std::unexpected(ipc::Failed{ERROR_INTERNAL_ERROR, "The authorization host's answer was malformed."});
  }
  return take_over(link, std::move(*completed));
}

}  // namespace winrmd::net

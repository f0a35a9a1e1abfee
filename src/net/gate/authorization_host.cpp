#include "net/gate/authorization_host.hpp"

#include "lib/log/log.hpp"
#include "wsman_codes.h"

namespace winrmd::net {

asio::awaitable<std::expected<std::shared_ptr<Link>, ipc::Failed>> AuthorizationHost::connected() {
  const auto self = shared_from_this();
  while (starting_) co_await std::shared_ptr(starting_)->wait();
  if (link_ && !link_->closed()) co_return link_;

  starting_ = std::make_shared<Signal>();
  auto started = co_await control_.start_host(
      {.authorization = true, .application = application_.path, .token = {}, .plugin = {}});
  const auto waiters = std::exchange(starting_, nullptr);
  if (started) {
    link_ = started->link;
    link_->start(
        [](const ipc::Frame&) {},  // answers to questions nobody waits for were cancelled; nothing else comes unasked
        [weak = weak_from_this()] {
          if (const auto host = weak.lock()) host->on_death_();
        });
  }
  waiters->raise();
  if (!started) co_return std::unexpected(std::move(started.error()));
  co_return link_;
}

std::expected<AuthzAnswer, ipc::Failed> AuthorizationHost::understand(const std::shared_ptr<Link>& link,
                                                                      std::uint64_t id, CallResult answer) {
  if (!answer) {
    if (answer.error() == CallError::timed_out) {
      link->post(ipc::AuthzCancel{}, id);
      log::warning("authz_no_answer",
                   {{"application", application_.path}, {"plugin", application_.authorization_name}});
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
  AuthzAnswer result{std::move(*completed), nullptr};
  if (result.completed.context != 0) {
    result.context = std::make_shared<AuthzContext>(link, result.completed.context);
  }
  return result;
}

}  // namespace winrmd::net

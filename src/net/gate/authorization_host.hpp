// The process that runs an application's authorization plug-in, as winrmd-net sees it: started when first needed, and
// again after it has died.
#pragma once

#include <memory>
#include <string>

#include "lib/ipc/messages_authz.hpp"
#include "net/catalogue.hpp"
#include "net/control.hpp"
#include "net/gate/signal.hpp"

namespace winrmd::net {

// A context that the plug-in reported. The last reference releases it: exactly one release for each report (S9).
struct AuthzContext {
  std::weak_ptr<Link> host;
  std::uint64_t number = 0;
  AuthzContext(const std::shared_ptr<Link>& link, std::uint64_t context_number) : host(link), number(context_number) {}
  AuthzContext(const AuthzContext&) = delete;
  AuthzContext& operator=(const AuthzContext&) = delete;
  ~AuthzContext() {
    if (auto link = host.lock()) link->post(ipc::AuthzReleaseContext{number});
  }
};
using AuthzContextRef = std::shared_ptr<AuthzContext>;

struct AuthzAnswer {
  ipc::AuthzCompleted completed;
  AuthzContextRef context;  // null: none was reported
};

class AuthorizationHost : public std::enable_shared_from_this<AuthorizationHost> {
 public:
  // `on_death` runs when the process has ended: contexts it held are gone with it.
  AuthorizationHost(Control& control, const Application& application, std::function<void()> on_death)
      : control_(control), application_(application), on_death_(std::move(on_death)) {}

  // Calls the plug-in. A missing answer at `deadline` is Failed 0x80338029, a dead host Failed 995.
  template <class M>
  asio::awaitable<std::expected<AuthzAnswer, ipc::Failed>> ask(M question, Link::Clock::time_point deadline) {
    auto link = co_await connected();
    if (!link) co_return std::unexpected(link.error());
    const auto id = (*link)->next_id();
    auto answer = co_await (*link)->call_with_id(id, question, deadline);
    co_return understand(*link, id, std::move(answer));
  }

  // The live connection; null when there is none.
  [[nodiscard]] const std::shared_ptr<Link>& link() const { return link_; }

 private:
  asio::awaitable<std::expected<std::shared_ptr<Link>, ipc::Failed>> connected();
  std::expected<AuthzAnswer, ipc::Failed> understand(const std::shared_ptr<Link>& link, std::uint64_t id,
                                                     CallResult answer);

  Control& control_;
  const Application& application_;
  std::function<void()> on_death_;
  std::shared_ptr<Link> link_;
  std::shared_ptr<Signal> starting_;
};

}  // namespace winrmd::net

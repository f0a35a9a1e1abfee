// The process that runs an application's authorization plug-in, as winrmd-net sees it: started when first needed, and
// again after it has died.
#pragma once

#include <memory>
#include <string>

#include "lib/ipc/messages_authz.hpp"
#include "net/catalogue.hpp"
#include "net/control.hpp"
#include "net/gate/promise.hpp"
#include "net/token.hpp"

namespace winrmd::net {

class AuthorizationHost;

// A context that the plug-in reported. The last reference releases it: exactly one release for each report (S9). It
// keeps its host, whatever has come in that one's place meanwhile.
struct AuthzContext {
  std::shared_ptr<AuthorizationHost> host;
  std::weak_ptr<Link> link;  // to the process that knows it
  std::uint64_t number = 0;
  AuthzContext(std::shared_ptr<AuthorizationHost> context_host, const std::shared_ptr<Link>& context_link,
               std::uint64_t context_number)
      : host(std::move(context_host)), link(context_link), number(context_number) {}
  AuthzContext(const AuthzContext&) = delete;
  AuthzContext& operator=(const AuthzContext&) = delete;
  ~AuthzContext() {
    if (auto known = link.lock()) known->post(ipc::AuthzReleaseContext{number});
  }
};
using AuthzContextRef = std::shared_ptr<AuthzContext>;

// A completion with the references that came with it: dropping it releases them.
struct AuthzAnswer {
  ipc::AuthzCompleted completed;
  AuthzContextRef context;  // null: none was reported
  TokenRef token;           // null: none was handed over with this answer
};

class AuthorizationHost : public std::enable_shared_from_this<AuthorizationHost> {
 public:
  using OnDeath = std::function<void(const AuthorizationHost&)>;
  // `on_death` runs when the process has ended: contexts it held are gone with it.
  AuthorizationHost(Control& control, Tokens& tokens, ApplicationRef application, OnDeath on_death)
      : control_(control),
        endings_(control.endings()),
        tokens_(tokens),
        application_(std::move(application)),
        on_death_(std::move(on_death)) {}
  AuthorizationHost(const AuthorizationHost&) = delete;
  AuthorizationHost& operator=(const AuthorizationHost&) = delete;
  // The process ends in good order.
  ~AuthorizationHost();

  // Calls the plug-in. A missing answer at `deadline` is Failed 0x80338029, a dead host Failed 995.
  template <class M>
  asio::awaitable<std::expected<AuthzAnswer, ipc::Failed>> ask(M question, Link::Clock::time_point deadline) {
    const auto self = shared_from_this();
    auto link = co_await connected();
    if (!link) co_return std::unexpected(link.error());
    const auto id = (*link)->next_id();
    auto answer = co_await (*link)->call_with_id(id, question, deadline);
    co_return understand(*link, id, std::move(answer));
  }

  // Another plug-in is configured now: no process is started for this one any more.
  void retire() { retired_ = true; }

  // The live connection; null when there is none.
  [[nodiscard]] const std::shared_ptr<Link>& link() const { return link_; }

 private:
  using Connected = std::expected<std::shared_ptr<Link>, ipc::Failed>;

  asio::awaitable<Connected> connected();
  std::expected<AuthzAnswer, ipc::Failed> understand(const std::shared_ptr<Link>& link, std::uint64_t id,
                                                     CallResult answer);
  AuthzAnswer take_over(const std::shared_ptr<Link>& link, ipc::AuthzCompleted completed);

  Control& control_;
  const std::shared_ptr<Endings> endings_;
  Tokens& tokens_;
  const ApplicationRef application_;
  OnDeath on_death_;
  std::shared_ptr<Link> link_;
  std::uint64_t number_ = 0;  // the supervisor's, of the process
  bool retired_ = false;
  std::shared_ptr<Promise<Connected>> starting_;
};

}  // namespace winrmd::net

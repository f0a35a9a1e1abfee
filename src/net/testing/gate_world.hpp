// A gate with one application, and a test in the place of the supervisor and of the authorization host.
#pragma once

#include <sys/mman.h>
#include <sys/stat.h>

#include "net/gate/gate.hpp"
#include "net/testing/loop.hpp"

namespace winrmd::net::testing {

// A file in memory: what the audit log gets.
inline Fd memory_file() { return Fd(::memfd_create("test", MFD_CLOEXEC)); }
inline std::string content_of(int fd) {
  struct stat info{};
  ::fstat(fd, &info);
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  const auto got = ::pread(fd, text.data(), text.size(), 0);
  EXPECT_EQ(got, info.st_size);
  return text;
}

inline Application application_with_plugin() {
  Application result;
  result.path = "wsman";
  result.authorization_name = "roles";
  result.user_record_idle_timeout_ms = 60'000;
  result.authorization_timeout_ms = 30'000;
  return result;
}

// A request of a user, with everything that an Exchange refers to.
struct Request {
  http::Request http;
  Exchange exchange;
  Request(ApplicationRef application, LoginRef login, std::chrono::milliseconds time_left)
      : exchange{.http = http,
                 .peer = "192.0.2.1",
                 .tls = false,
                 .host = "host",
                 .url = "http://host/wsman",
                 .login = std::move(login),
                 .application = std::move(application),
                 .arrived = Link::Clock::now(),
                 .deadline = Link::Clock::now() + time_left,
                 .on_lost = {},
                 .delivery = {}} {}
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
};

struct GateWorld {
  static constexpr Quota quota{
      .max_shells = 3, .max_operations = 100, .timeslot_seconds = 0, .max_operations_per_timeslot = unlimited};
  Loop loop;
  std::pair<Peer, Fd> ends = Peer::make(loop);
  Peer supervisor{std::move(ends.first)};
  std::shared_ptr<Link> link = std::make_shared<Link>(loop.context, std::move(ends.second), ipc::Descriptors::take);
  Catalogue catalogue;
  Control control{loop.context, link};
  Tokens tokens{link};
  Fd audit_file = memory_file();
  Audit audit{Fd(::dup(audit_file.get()))};
  Gate gate;
  LoginRef alice = log_in("alice");
  std::optional<Peer> host;  // the authorization host

  explicit GateWorld(Application application = application_with_plugin())
      : catalogue({std::move(application)}), gate(control, catalogue, tokens, audit, quota) {
    link->start([](const ipc::Frame&) {}, [] {});
  }

  [[nodiscard]] const ApplicationRef& application() const { return catalogue.applications().front(); }
  LoginRef log_in(const std::string& name) {
    return std::make_shared<const Login>(Login{name, "Basic", tokens.adopt("token of " + name, name)});
  }
  std::unique_ptr<Request> request(const LoginRef& login,
                                   std::chrono::milliseconds time_left = std::chrono::seconds(60)) {
    return std::make_unique<Request>(application(), login, time_left);
  }
  Task<std::expected<UserRef, Refusal>> admit(Request& request) { return {loop, gate.admit(request.exchange)}; }

  // Answers the request for a host.
  void start_host() {
    const auto question = supervisor.take<ipc::StartHost>();
    auto [far, fd] = Peer::make(loop);
    host.emplace(std::move(far));
    const std::array fds{fd.get()};
    supervisor.send(ipc::HostStarted{1, "authz"}, question.id, fds);
  }
  // A completion with success and the client's own token.
  static ipc::AuthzCompleted success(std::uint64_t context, const LoginRef& login) {
    ipc::AuthzCompleted result;
    result.context = context;
    result.choice = ipc::TokenChoice::token;
    result.token = login->token->id;
    result.account = login->token->account;
    result.identity = "1000:1000";
    return result;
  }
  // Admits the user with that context.
  UserRef admitted(const LoginRef& login, std::uint64_t context) {
    const auto first = request(login);
    auto admission = admit(*first);
    if (!host) start_host();
    host->send(success(context, login), host->take<ipc::AuthzUser>().id);
    return admission.get().value_or(nullptr);
  }
  void expect_released(std::uint64_t context) {
    EXPECT_EQ(host->take<ipc::AuthzReleaseContext>().message.context, context);
  }
  [[nodiscard]] std::string audited() const { return content_of(audit_file.get()); }
};

// The code of the fault; 0 for an admission, 302 for a redirect.
inline std::uint32_t code_of(const std::expected<UserRef, Refusal>& admission) {
  if (admission) return 0;
  const auto* fault = std::get_if<soap::Fault>(&admission.error());
  return fault == nullptr ? 302 : fault->code;
}

}  // namespace winrmd::net::testing

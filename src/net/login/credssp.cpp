// CredSSP: each leg carries bytes of a TLS session. Its end is here; the requests within go to winrmd-auth as they are,
// which alone can open what is sealed in them.
#include "lib/credssp/ts_request.hpp"
#include "lib/log/log.hpp"
#include "net/login/credssp_protection.hpp"
#include "net/login/negotiation.hpp"

namespace winrmd::net {
namespace {

class CredsspNegotiation : public Negotiation {
 public:
  CredsspNegotiation(Logins& logins, const Origin& origin, std::shared_ptr<tls::ServerContext> tls)
      : origin_(origin),
        inquiry_(logins, origin, ipc::Scheme::credssp),
        public_key_(tls->subject_public_key()),
        session_(std::move(tls)) {}

  asio::awaitable<Leg> advance(std::string token) override {
    std::string request;
    const auto received = session_.received(token, request);
    if (!received) co_return refuse(received.error().message);
    if (session_.peer_closed()) co_return refuse("the client has closed the TLS session");
    // More of the handshake, or nothing but its end.
    if (request.empty()) co_return leg(ipc::LoginStatus::more);
    if (request.size() > credssp::largest_request) co_return refuse("a TSRequest that is too large");
    Question question(std::move(request));
    question.public_key = public_key_;
    auto answer = co_await inquiry_.ask(std::move(question));
    if (!answer.reply.empty()) {
      const auto written = session_.write(answer.reply);
      if (!written) co_return refuse(written.error().message);
    }
    auto result = leg(answer.status);
    result.login = std::move(answer.login);
    if (result.login) result.protection = make_credssp_protection(std::move(session_));
    co_return result;
  }

  void abandon() override { inquiry_.abandon(); }

 private:
  Leg leg(ipc::LoginStatus status) {
    Leg made;
    made.status = status;
    session_.pending(made.token);
    return made;
  }
  Leg refuse(std::string_view reason) {
    log::info("credssp_refused", {{"peer", origin_.peer}, {"reason", reason}});
    return leg(ipc::LoginStatus::refused);  // with the alert, if TLS has one
  }

  const Origin& origin_;
  Inquiry inquiry_;
  std::string public_key_;
  tls::ServerSession session_;
};

// Without a certificate of its own this process has no CredSSP.
class NoCredssp : public Negotiation {
 public:
  asio::awaitable<Leg> advance(std::string) override { co_return Leg(); }
  void abandon() override {}
};

}  // namespace

std::unique_ptr<Negotiation> negotiate_credssp(Logins& logins, const Origin& origin) {
  const auto& tls = credssp_tls();
  if (!tls) return std::make_unique<NoCredssp>();
  return std::make_unique<CredsspNegotiation>(logins, origin, tls);
}

}  // namespace winrmd::net

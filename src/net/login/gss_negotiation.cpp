#include "lib/log/log.hpp"
#include "net/login/gss_protection.hpp"
#include "net/login/negotiation.hpp"

namespace winrmd::net {
namespace {

class GssNegotiation : public Negotiation {
 public:
  GssNegotiation(Logins& logins, const Origin& origin, ipc::Scheme scheme) : inquiry_(logins, origin, scheme) {}

  asio::awaitable<Leg> advance(std::string token) override {
    auto answer = co_await inquiry_.ask(Question(std::move(token)));
    Leg leg;
    leg.status = answer.status;
    leg.token = std::move(answer.reply);
    leg.login = std::move(answer.login);
    if (!leg.login || answer.sealing == ipc::Sealing::none) co_return leg;
    auto protection = make_gss_protection(answer.sealing, answer.context);
    if (!protection) {
      log::error("sealing_unavailable", {{"error", protection.error().message}});
      co_return Leg{};
    }
    leg.protection = std::move(*protection);
    co_return leg;
  }

  void abandon() override { inquiry_.abandon(); }

 private:
  Inquiry inquiry_;
};

}  // namespace

std::unique_ptr<Negotiation> negotiate_gss(Logins& logins, const Origin& origin, ipc::Scheme scheme) {
  return std::make_unique<GssNegotiation>(logins, origin, scheme);
}

}  // namespace winrmd::net

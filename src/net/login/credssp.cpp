#include "net/login/negotiation.hpp"

namespace winrmd::net {
namespace {

// Not there yet: nobody gets in.
class CredsspNegotiation : public Negotiation {
 public:
  asio::awaitable<Leg> advance(std::string) override {
    Leg leg;
    leg.status = ipc::LoginStatus::refused;
    co_return leg;
  }
  void abandon() override {}
};

}  // namespace

std::unique_ptr<Negotiation> negotiate_credssp(Logins&, const Origin&) {
  return std::make_unique<CredsspNegotiation>();
}

}  // namespace winrmd::net

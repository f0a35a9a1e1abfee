// Client certificates: winrmd-net has verified the chain, but it is the process that the network can get at, so it is
// verified again here, in a worker.
#include <ctime>

#include "auth/certificate_map.hpp"
#include "auth/logins.hpp"
#include "lib/log/log.hpp"

namespace winrmd::auth {

struct Logins::CertificateStep {
  std::vector<std::string> chain;
  Verifiers verifiers;
  std::shared_ptr<const Accounts> accounts;

  [[nodiscard]] Result<CertificateLogin> run() const {
    Result<std::vector<certificate::Description>> verified = fail("no listener takes client certificates");
    for (const auto& verifier : *verifiers) {
      verified = verifier.verify(chain, std::time(nullptr));
      if (verified) return map_certificate(*verified, accounts->rules().certificates);
    }
    return std::unexpected(verified.error());
  }
};

// Issuers that cannot be read were refused when the service started; here they would only mean that nobody is believed.
Logins::Verifiers Logins::make_verifiers(const std::vector<std::string>& issuers, std::string& trouble) {
  auto verifiers = std::make_shared<std::vector<certificate::Verifier>>();
  for (const auto& pem : issuers) {
    auto verifier = certificate::Verifier::create(pem);
    if (verifier) {
      verifiers->push_back(std::move(*verifier));
    } else {
      trouble = verifier.error().message;
    }
  }
  return verifiers;
}

void Logins::begin_certificate(LoginState login, ipc::Login& message, Clock::time_point now) {
  login.result.mechanism = "ClientCertificate";
  const auto number = ++last_number_;
  if (!message.tls) {
    failed(login, "a certificate without TLS", now);
    logins_.emplace(number, std::move(login));
    return;
  }
  login.held_until = now + penalties_.delay(login.peer, {}, now);
  CertificateStep step{.chain = std::move(message.certificates), .verifiers = verifiers_, .accounts = accounts_};
  const bool started = outlet_.work([this, number, step = std::move(step)]() -> Completion {
    return [this, number, found = step.run()](Clock::time_point then) { certificate_done(number, found, then); };
  });
  if (!started) return unavailable(login.id);
  logins_.emplace(number, std::move(login));
}

void Logins::certificate_done(std::uint64_t number, const Result<CertificateLogin>& found, Clock::time_point now) {
  const auto entry = logins_.find(number);
  if (entry == logins_.end()) return;
  if (!found) return failed(entry->second, found.error().message, now);
  auto login = std::move(entry->second);
  logins_.erase(entry);
  login.certificate = found->details;
  proven(std::move(login), {.text = found->user, .origin = Origin::certificate}, now);
}

}  // namespace winrmd::auth

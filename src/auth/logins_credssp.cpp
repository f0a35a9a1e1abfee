// CredSSP: each leg is a TSRequest, dealt with in a worker; the last one brings a password, for which a Kerberos ticket
// is got where the inner log-in was by Kerberos.
#include "auth/credssp.hpp"
#include "auth/gss_proof.hpp"
#include "auth/logins.hpp"
#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::auth {

struct Logins::CredsspLeg {
  std::unique_ptr<CredsspAcceptor> acceptor;
  credssp::TsRequest request;
  std::string public_key;

  // Outcome.
  CredsspStep step{};
};

void Logins::begin_credssp(LoginState login, ipc::Login& message, Clock::time_point now) {
  login.result.mechanism = "CredSSP";
  const auto number = ++last_number_;
  auto acceptor = credssp_exchanges_.take(message.connection);
  auto request = credssp::decode_request(message.token);
  text::wipe(message.token);
  if (!request) {
    failed(login, request.error().message, now);
    logins_.emplace(number, std::move(login));
    return;
  }
  login.refusal = credssp_refusal(request->version);
  count_as_guess(login, request->token.value_or(std::string()), now);
  if (too_suspect(login, now)) {
    refuse(login, now);
    logins_.emplace(number, std::move(login));
    return;
  }
  if (!acceptor) acceptor = std::make_unique<CredsspAcceptor>(key_files_);
  CredsspLeg leg{
      .acceptor = std::move(acceptor), .request = std::move(*request), .public_key = std::move(message.public_key)};
  const bool started = outlet_.work([this, number, leg = std::move(leg)]() mutable -> Completion {
    leg.step = leg.acceptor->step(leg.request, leg.public_key);
    return [this, number, leg = std::move(leg)](Clock::time_point then) mutable { credssp_done(number, leg, then); };
  });
  if (!started) return unavailable(login.id);
  logins_.emplace(number, std::move(login));
}

void Logins::credssp_done(std::uint64_t number, CredsspLeg& leg, Clock::time_point now) {
  const auto found = logins_.find(number);
  if (found == logins_.end()) return;
  auto& login = found->second;
  if (leg.step.progress == gss::Progress::failed) {
    login.refusal = std::move(leg.step.reply);
    return failed(login, leg.step.error, now);
  }
  if (leg.step.progress == gss::Progress::more) {
    credssp_exchanges_.keep(login.connection, std::move(leg.acceptor), now);
    // Where a right password shows before the last leg, guesses are held back there, too.
    login.result.reply = std::move(leg.step.reply);
    login.phase = Phase::continuing;
    login.due = std::max(now, login.held_until);
    return;
  }
  auto state = std::move(login);
  logins_.erase(found);
  auto& proof = *leg.step.proof;
  if (proof.principal.empty()) return proven(std::move(state), proof.name, now);
  const auto connection = state.connection;
  auto with_ticket = [this, state = std::move(state), name = std::move(proof.name)](Result<std::string> ticket,
                                                                                    Clock::time_point then) mutable {
    if (ticket && ticket->size() > max_delegated_size) {
      text::wipe(*ticket);
      ticket = fail("the credential is too large");
    }
    if (ticket) {
      state.delegated = std::move(*ticket);
    } else {
      log::warning("delegation_unusable", {{"user", name.text}, {"reason", ticket.error().message}});
    }
    proven(std::move(state), name, then);
  };
  tickets_.ask(connection, std::move(proof.principal), std::move(proof.credentials), std::move(with_ticket), now);
}

}  // namespace winrmd::auth

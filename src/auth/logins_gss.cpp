// Negotiate and Kerberos: each leg is a step of the GSSAPI in a worker, which has the context to itself meanwhile.
#include "auth/gss_proof.hpp"
#include "auth/logins.hpp"
#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "lib/users/nt_hash.hpp"
#include "lib/users/ntlm_file.hpp"

namespace winrmd::auth {
namespace {

using Accept = gss::AcceptContext::Accept;

}  // namespace

struct Logins::GssLeg {
  std::unique_ptr<gss::AcceptContext> context;
  std::string token;
  std::string channel_binding;
  ipc::ChannelBinding binding = ipc::ChannelBinding::none;

  // Outcome.
  gss::Step step{};
  Result<GssProof> proof = fail("not complete");
};

// Only said: a key file can be mended while the service runs.
Logins::Troubles Logins::find_key_troubles(const gss::KeyFiles& files) {
  Troubles troubles;
  if (!files.keytab.empty()) {
    const auto kerberos = gss::AcceptContext::check(files, gss::Kind::kerberos);
    if (!kerberos) troubles.kerberos = kerberos.error().message;
  }
  if (files.ntlm_file.empty()) return troubles;
  auto ntlm = gss::AcceptContext::check(files, gss::Kind::ntlm);
  if (const auto file = users::read_ntlm_file(files.ntlm_file); ntlm && !file) ntlm = std::unexpected(file.error());
  if (const auto md4 = users::nt_hash("x"); ntlm && !md4) ntlm = std::unexpected(md4.error());
  if (!ntlm) troubles.ntlm = ntlm.error().message;
  return troubles;
}

// A client may begin anew on its connection at any time.
std::unique_ptr<gss::AcceptContext> Logins::gss_context(const ipc::Login& message) {
  if (!gss::begins(message.token)) return gss_exchanges_.take(message.connection);
  gss_exchanges_.forget(message.connection);
  return std::make_unique<gss::AcceptContext>(
      key_files_, message.scheme == ipc::Scheme::kerberos ? Accept::kerberos : Accept::negotiate);
}

// The last leg of NTLM is one guess at one user.
void Logins::count_as_guess(LoginState& login, std::string_view token, Clock::time_point now) {
  const auto user = gss::claimed_user(token);
  if (user.empty()) return;
  const auto person = accounts_->resolve({.text = ".\\" + user, .origin = Origin::ntlm}, directory_.users());
  login.user = person ? person->penalty_key() : text::to_lower(user.substr(0, users::max_name_size));
  login.held_until = now + penalties_.delay(login.peer, login.user, now);
}

void Logins::begin_gss(LoginState login, ipc::Login& message, Clock::time_point now) {
  login.result.mechanism = message.scheme == ipc::Scheme::kerberos ? "Kerberos" : "Negotiate";
  const auto number = ++last_number_;
  GssLeg leg{.context = gss_context(message),
             .token = std::move(message.token),
             .channel_binding = {},
             .binding = message.tls ? message.binding : ipc::ChannelBinding::none};
  message.token.clear();
  if (leg.binding != ipc::ChannelBinding::none) leg.channel_binding = std::move(message.channel_binding);
  if (!leg.context) {
    failed(login, "a later leg without a first", now);
    logins_.emplace(number, std::move(login));
    return;
  }
  count_as_guess(login, leg.token, now);
  if (too_suspect(login, now)) {
    refuse(login, now);
    logins_.emplace(number, std::move(login));
    return;
  }
  const bool started = outlet_.work([this, number, files = key_files_, leg = std::move(leg)]() mutable -> Completion {
    leg.step = leg.context->step(leg.token, leg.channel_binding);
    text::wipe(leg.token);
    if (leg.step.progress == gss::Progress::complete) leg.proof = prove(*leg.context, files, leg.binding);
    return [this, number, leg = std::move(leg)](Clock::time_point then) mutable { gss_done(number, leg, then); };
  });
  if (!started) return unavailable(login.id);
  logins_.emplace(number, std::move(login));
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): the analyzer loses sight of the context in the job

void Logins::gss_done(std::uint64_t number, GssLeg& leg, Clock::time_point now) {
  const auto found = logins_.find(number);
  if (found == logins_.end()) return;
  auto& login = found->second;
  if (leg.step.progress == gss::Progress::failed) return failed(login, leg.step.error, now);
  if (leg.step.progress == gss::Progress::more) {
    ipc::LoginResult result;
    result.status = ipc::LoginStatus::more;
    result.reply = std::move(leg.step.reply);
    outlet_.answer(login.id, result);
    gss_exchanges_.keep(login.connection, std::move(leg.context), now);
    logins_.erase(found);
    return;
  }
  if (!leg.proof) return failed(login, leg.proof.error().message, now);
  auto& proof = *leg.proof;
  auto state = std::move(login);
  logins_.erase(found);
  state.result.mechanism = proof.mechanism;
  state.result.reply = std::move(leg.step.reply);
  state.result.sealing = proof.sealing;
  state.result.context = std::move(proof.context);
  state.delegated = std::move(proof.delegated);
  proven(std::move(state), proof.name, now);
}

}  // namespace winrmd::auth

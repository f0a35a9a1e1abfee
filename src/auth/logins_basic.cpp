#include "auth/basic.hpp"
#include "auth/logins.hpp"
#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "lib/users/password.hpp"

namespace winrmd::auth {
namespace {

// Stands for the hash where PAM checks the password.
constexpr const char* hash_of_pam = "pam";

}  // namespace

void Logins::begin_basic(LoginState login, ipc::Login& message, Clock::time_point now) {
  login.result.mechanism = "Basic";
  const auto number = ++last_number_;
  auto credentials = parse_basic(message.token);
  if (!credentials) {
    failed(login, credentials.error().message, now);
    logins_.emplace(number, std::move(login));
    return;
  }
  const auto person = accounts_->resolve({.text = credentials->user, .origin = Origin::password}, directory_.users());
  const auto* user = person && person->in_file ? directory_.users().find(person->name) : nullptr;
  login.known = user != nullptr || (person && pam_);
  login.user = person ? person->penalty_key() : text::to_lower(credentials->user.substr(0, users::max_name_size));
  const std::string hash = user != nullptr ? user->hash : login.known ? hash_of_pam : directory_.dummy();
  login.name = person ? person->name : login.user;
  // What PAM says may depend on where a client is.
  login.mac = verified_.mac(login.name, privileged_ ? hash + '\0' + login.peer : hash, credentials->password);
  if (const auto* admission = login.known ? verified_.find(login.name, login.mac, now) : nullptr) {
    metrics_.remembered();
    login.admission = *admission;
    ask_for_token(number, login);
    logins_.emplace(number, std::move(login));
    return;
  }
  login.held_until = now + penalties_.delay(login.peer, login.user, now);
  if (too_suspect(login, now)) {
    refuse(login, now);
    logins_.emplace(number, std::move(login));
    return;
  }
  check_password(number, std::move(login), person, hash, std::move(*credentials));
}

void Logins::check_password(std::uint64_t number, LoginState login, const Result<Person>& person,
                            const std::string& hash, BasicCredentials credentials) {
  if (const auto running = running_.find(login.mac); running != running_.end()) {
    checks_[running->second].logins.push_back(number);
    logins_.emplace(number, std::move(login));
    return;
  }
  CheckState check;
  check.peer = login.peer;
  check.by_pam = login.known && !person->in_file;
  if (check.by_pam) check.password.swap(credentials.password);
  const bool by_hash = !check.by_pam;
  const auto mac = login.mac;
  const bool started = start_check(
      number, std::move(login), std::move(check),
      [this, number, accounts = accounts_, person, hash, by_hash,
       credentials = std::move(credentials)]() -> Completion {
        Result<Admission> admission = fail("wrong password");
        if (!by_hash || users::verify_password(hash, credentials.password)) {
          admission = person ? accounts->admit(*person, privileged_, names_) : std::unexpected(person.error());
        }
        return [this, number, admission](Clock::time_point then) { admitted(number, admission, then); };
      });
  if (started) running_[mac] = number;
}

}  // namespace winrmd::auth

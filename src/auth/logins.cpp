#include "auth/logins.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::auth {
namespace {

// How long an account that was in order is taken to be: connections come in bursts. A change of the account files ends
// it at once.
constexpr std::chrono::seconds fit_for(10);
constexpr std::size_t max_fit_accounts = 1024;

std::string account_key(const CheckState& check) { return check.admission.account + '\0' + check.peer; }

ipc::LoginResult without_token(ipc::LoginStatus status) {
  ipc::LoginResult result;
  result.status = status;
  return result;
}

}  // namespace

CheckState::~CheckState() { text::wipe(password); }

LoginState::~LoginState() {
  text::wipe(result.context);
  text::wipe(delegated);
}

Logins::Logins(const ipc::AuthSetup& setup, Outlet& outlet, const NameService& names, IsThisHost is_this_host)
    : outlet_(outlet),
      directory_(setup.user_file),
      is_this_host_(std::move(is_this_host)),
      accounts_(std::make_shared<const Accounts>(setup.accounts, is_this_host_)),
      names_(names),
      privileged_(setup.privileged),
      pam_(setup.pam),
      key_files_{.keytab = setup.keytab, .ntlm_file = setup.ntlm_file} {
  troubles_ = find_key_troubles(key_files_);
  verifiers_ = make_verifiers(setup.client_ca_pem, troubles_.issuers);
  if (const auto read = directory_.refresh(); !read) troubles_.users = read.error().message;
  log_troubles(troubles_);
}

void Logins::log_troubles(const Troubles& troubles) {
  if (!troubles.kerberos.empty()) log::error("kerberos_unavailable", {{"reason", troubles.kerberos}});
  if (!troubles.ntlm.empty()) log::error("ntlm_unavailable", {{"reason", troubles.ntlm}});
  if (!troubles.issuers.empty()) log::error("client_ca_unusable", {{"reason", troubles.issuers}});
  if (!troubles.users.empty()) log::error("user_file_unusable", {{"reason", troubles.users}});
}

void Logins::unavailable(std::uint64_t id) {
  metrics_.unavailable();
  outlet_.answer(id, without_token(ipc::LoginStatus::unavailable));
}

std::string Logins::metrics_text() {
  metrics_.set_levels(logins_.size(), checks_.size(), penalties_.size());
  return metrics_.text();
}

ipc::Reloaded Logins::reload(const ipc::AuthSetup& setup) {
  const gss::KeyFiles files{.keytab = setup.keytab, .ntlm_file = setup.ntlm_file};
  auto troubles = find_key_troubles(files);
  auto verifiers = make_verifiers(setup.client_ca_pem, troubles.issuers);
  Directory directory(setup.user_file);
  if (const auto read = directory.refresh(); !read) troubles.users = read.error().message;

  ipc::Reloaded report;
  const auto look = [&](std::string_view what, const std::string& trouble, bool before) {
    if (trouble.empty()) return;
    (before ? report.warning : report.error) = fmt::format("{}: {}", what, trouble);
  };
  look("no log-in with Kerberos", troubles.kerberos, !troubles_.kerberos.empty() && files.keytab == key_files_.keytab);
  look("no log-in with NTLM", troubles.ntlm, !troubles_.ntlm.empty() && files.ntlm_file == key_files_.ntlm_file);
  look("no log-in with a certificate", troubles.issuers, false);
  look("user_file", troubles.users, !troubles_.users.empty() && setup.user_file == directory_.path());
  log_troubles(troubles);
  if (!report.error.empty()) return report;

  directory_ = std::move(directory);
  accounts_ = std::make_shared<const Accounts>(setup.accounts, is_this_host_);
  verifiers_ = std::move(verifiers);
  pam_ = setup.pam;
  key_files_ = files;
  troubles_ = std::move(troubles);
  verified_.clear();
  fit_accounts_.clear();
  return report;
}

bool Logins::refresh() {
  const auto changed = directory_.refresh();
  if (!changed) log::error("user_file_unusable", {{"reason", changed.error().message}});
  troubles_.users = changed ? std::string() : changed.error().message;
  const bool accounts_changed = privileged_ && account_files_.changed();
  if (!changed || *changed || accounts_changed) verified_.clear();
  if (accounts_changed) fit_accounts_.clear();
  return changed.has_value();
}

void Logins::begin(std::uint64_t id, ipc::Login& login, Clock::time_point now) {
  if (!refresh()) {
    text::wipe(login.token);
    return unavailable(id);
  }
  if (logins_.size() >= max_logins) {
    text::wipe(login.token);
    log::warning("too_many_logins", {{"peer", login.peer}});
    return unavailable(id);
  }
  LoginState state;
  state.id = id;
  state.connection = login.connection;
  state.peer = login.peer;
  state.received = now;
  switch (login.scheme) {
    case ipc::Scheme::basic:
      begin_basic(std::move(state), login, now);
      break;
    case ipc::Scheme::negotiate:
    case ipc::Scheme::kerberos:
      begin_gss(std::move(state), login, now);
      break;
    case ipc::Scheme::credssp:
      begin_credssp(std::move(state), login, now);
      break;
    case ipc::Scheme::certificate:
      begin_certificate(std::move(state), login, now);
      break;
    default:
      failed(state, "the scheme is not served", now);
      logins_.emplace(++last_number_, std::move(state));
  }
  text::wipe(login.token);
}

void Logins::proven(LoginState login, const RawName& name, Clock::time_point now) {
  const auto number = ++last_number_;
  auto person = accounts_->resolve(name, directory_.users());
  login.known = person.has_value();
  login.user = person ? person->penalty_key() : text::to_lower(name.text.substr(0, users::max_name_size));
  if (!person) {
    failed(login, person.error().message, now);
    logins_.emplace(number, std::move(login));
    return;
  }
  login.held_until = now + penalties_.delay(login.peer, login.user, now);
  CheckState check;
  check.peer = login.peer;
  start_check(number, std::move(login), std::move(check),
              [this, number, accounts = accounts_, person = std::move(*person)] {
                auto admission = accounts->admit(person, privileged_, names_);
                return Completion([this, number, admission = std::move(admission)](Clock::time_point then) {
                  admitted(number, admission, then);
                });
              });
}

bool Logins::start_check(std::uint64_t number, LoginState login, CheckState check, Job job) {
  if (!outlet_.work(std::move(job))) {
    log::warning("too_many_login_checks", {{"peer", login.peer}});
    unavailable(login.id);
    return false;
  }
  check.logins.push_back(number);
  checks_.emplace(number, std::move(check));
  logins_.emplace(number, std::move(login));
  return true;
}

void Logins::admitted(std::uint64_t number, Result<Admission> admission, Clock::time_point now) {
  const auto found = checks_.find(number);
  if (found == checks_.end()) return;
  if (!admission) return checked(number, std::unexpected(admission.error()), now);
  auto& check = found->second;
  check.admission = std::move(*admission);
  if (!privileged_) return checked(number, {}, now);
  check_account(number, now);
}

// Whatever the scheme, a locked or expired account is not used.
void Logins::check_account(std::uint64_t number, Clock::time_point now) {
  auto& check = checks_.at(number);
  const auto fit = fit_accounts_.find(account_key(check));
  if (!check.by_pam && fit != fit_accounts_.end() && now < fit->second) return checked(number, {}, now);
  ipc::PamCheck request{
      .authenticate = check.by_pam, .account = check.admission.account, .password = {}, .peer = check.peer};
  request.password.swap(check.password);
  if (!outlet_.pam(number, std::move(request))) checked(number, fail("too many account checks"), now);
}

void Logins::pam_done(std::uint64_t number, const Result<void>& verdict, Clock::time_point now) {
  metrics_.account_check(verdict.has_value());
  const auto found = checks_.find(number);
  if (found != checks_.end() && verdict) {
    if (fit_accounts_.size() >= max_fit_accounts) fit_accounts_.clear();
    fit_accounts_[account_key(found->second)] = now + fit_for;
  } else if (found != checks_.end()) {
    fit_accounts_.erase(account_key(found->second));
  }
  checked(number, verdict, now);
}

void Logins::checked(std::uint64_t number, const Result<void>& outcome, Clock::time_point now) {
  const auto found = checks_.find(number);
  if (found == checks_.end()) return;
  const auto check = std::move(found->second);
  checks_.erase(found);
  std::erase_if(running_, [&](const auto& entry) { return entry.second == number; });
  for (const auto waiting : check.logins) {
    const auto login = logins_.find(waiting);
    if (login == logins_.end()) continue;
    if (check.by_pam) pam_takes_ = std::max(now - login->second.received, pam_takes_ - pam_takes_ / 8);
    // The account may be locked by now, for instance by failures: what PAM refused is not remembered as right.
    if (!outcome && check.by_pam) verified_.remove(login->second.name);
    if (outcome && login->second.known) {
      login->second.admission = check.admission;
      accept(waiting, login->second, now);
    } else {
      failed(login->second, outcome ? "no such user" : outcome.error().message, now);
    }
  }
}

bool Logins::too_suspect(const LoginState& login, Clock::time_point now) {
  if (!penalties_.has_failed(login.peer, login.user, now)) return false;
  const auto same = std::ranges::count_if(
      logins_, [&](const auto& entry) { return entry.second.user == login.user && entry.second.peer == login.peer; });
  const bool too_many = static_cast<std::size_t>(same) >= max_suspect_logins;
  if (too_many) metrics_.too_suspect();
  return too_many;
}

void Logins::accept(std::uint64_t number, LoginState& login, Clock::time_point now) {
  penalties_.succeeded(login.peer, login.user);
  metrics_.checked(login.result.mechanism, now - login.received);
  if (login.mac != Mac{}) verified_.add(login.name, login.mac, login.admission, now);
  if (login.held_until <= now) return ask_for_token(number, login);
  metrics_.held_back();
  login.phase = Phase::held;
  login.due = login.held_until;
}

void Logins::ask_for_token(std::uint64_t number, LoginState& login) const {
  login.phase = Phase::minting;
  ipc::MintLogin request{.login_name = login.admission.name,
                         .mechanism = login.result.mechanism,
                         .account = login.admission.account,
                         .certificate = login.certificate,
                         .delegated = login.delegated};
  outlet_.mint(number, request);
  text::wipe(request.delegated);
}

void Logins::failed(LoginState& login, std::string_view reason, Clock::time_point now) {
  penalties_.failed(login.peer, login.user, now);
  log::info("login_refused",
            {{"user", login.user}, {"peer", login.peer}, {"mechanism", login.result.mechanism}, {"reason", reason}});
  refuse(login, now);
}

void Logins::refuse(LoginState& login, Clock::time_point now) {
  auto took = now - login.received;
  if (pam_ && login.result.mechanism == "Basic") took = std::max(took, pam_takes_);
  const auto periods = took / refusal_time + 1;
  const auto usual = login.received + periods * refusal_time;
  metrics_.refused(login.result.mechanism);
  if (login.held_until > usual) metrics_.held_back();
  login.phase = Phase::refusing;
  login.due = std::max(usual, login.held_until);
}

void Logins::minted(std::uint64_t number, const ipc::TokenMinted& minted) {
  const auto found = logins_.find(number);
  if (found == logins_.end()) return outlet_.release(minted.token);
  auto& login = found->second;
  metrics_.accepted(login.result.mechanism);
  login.result.status = ipc::LoginStatus::accepted;
  login.result.name = login.admission.name;
  login.result.certificate = login.certificate;
  login.result.token = minted.token;
  login.result.account = minted.identity.account;
  login.result.uid = minted.identity.uid;
  login.result.gid = minted.identity.gid;
  login.result.groups = minted.identity.groups;
  outlet_.answer(login.id, login.result);
  logins_.erase(found);
}

// The password was right, but the supervisor does not give this log-in an account. The client learns no more than with
// a wrong password.
void Logins::mint_failed(std::uint64_t number, const ipc::Failed& failed, Clock::time_point now) {
  const auto found = logins_.find(number);
  if (found == logins_.end()) return;
  log::error("login_without_account", {{"user", found->second.admission.name},
                                       {"account", found->second.admission.account},
                                       {"peer", found->second.peer},
                                       {"reason", failed.text}});
  refuse(found->second, now);
}

// What is being checked or minted goes on, and its outcome finds nobody.
void Logins::cancel(std::uint64_t connection) {
  std::erase_if(logins_, [&](const auto& entry) { return entry.second.connection == connection; });
  gss_exchanges_.forget(connection);
  credssp_exchanges_.forget(connection);
  tickets_.forget(connection);
}

void Logins::forget_all() {
  logins_.clear();
  gss_exchanges_.clear();
  credssp_exchanges_.clear();
  tickets_.forget_all();
}

Clock::time_point Logins::answer_due(Clock::time_point now) {
  auto next = std::min({gss_exchanges_.expire(now), credssp_exchanges_.expire(now), tickets_.expire(now)});
  for (auto entry = logins_.begin(); entry != logins_.end();) {
    auto& login = entry->second;
    const bool waits = login.phase != Phase::checking && login.phase != Phase::minting;
    if (waits && login.due > now) next = std::min(next, login.due);
    if (!waits || login.due > now) {
      ++entry;
    } else if (login.phase == Phase::held) {
      ask_for_token(entry->first, login);
      ++entry;
    } else {
      const bool goes_on = login.phase == Phase::continuing;
      auto result = without_token(goes_on ? ipc::LoginStatus::more : ipc::LoginStatus::refused);
      result.reply = std::move(goes_on ? login.result.reply : login.refusal);
      if (!goes_on) result.name = login.user;  // for net's audit log; not known to be true
      outlet_.answer(login.id, result);
      entry = logins_.erase(entry);
    }
  }
  return next;
}

}  // namespace winrmd::auth

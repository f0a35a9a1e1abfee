#include "auth/logins.hpp"

#include <algorithm>

#include "auth/basic.hpp"
#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::auth {
namespace {

constexpr const char* mechanism = "Basic";

ipc::LoginResult without_token(ipc::LoginStatus status) {
  ipc::LoginResult result;
  result.status = status;
  return result;
}

}  // namespace

Logins::Logins(const ipc::AuthSetup& setup, Outlet& outlet)
    : outlet_(outlet), directory_(setup.user_file), privileged_(setup.privileged) {}

void Logins::unavailable(std::uint64_t id) const { outlet_.answer(id, without_token(ipc::LoginStatus::unavailable)); }

void Logins::begin(std::uint64_t id, ipc::Login& login, Clock::time_point now) {
  auto credentials = parse_basic(login.token);
  text::wipe(login.token);
  const auto changed = directory_.refresh();
  if (!changed) {
    log::error("user_file_unusable", {{"reason", changed.error().message}});
    return unavailable(id);
  }
  if (*changed) verified_.clear();
  if (logins_.size() >= max_logins) {
    log::warning("too_many_logins", {{"peer", login.peer}});
    return unavailable(id);
  }
  const auto number = ++last_number_;
  LoginState state;
  state.id = id;
  state.connection = login.connection;
  state.peer = login.peer;
  state.received = now;
  if (!credentials) {
    refuse(state, now);
    logins_.emplace(number, std::move(state));
    return;
  }
  const auto* user = directory_.find(credentials->user);
  const std::string& hash = user == nullptr ? directory_.dummy() : user->hash;
  if (user == nullptr) {
    state.user = name_forms(credentials->user).plain;
  } else {
    state.known = true;
    state.user = user->name;
    if (privileged_) state.account = user->account.empty() ? user->name : user->account;
  }
  state.mac = verified_.mac(state.user, hash, credentials->password);
  if (state.known && verified_.contains(state.user, state.mac, now)) {
    ask_for_token(number, state);
    logins_.emplace(number, std::move(state));
    return;
  }
  state.held_until = now + penalties_.delay(state.peer, state.user, now);
  if (too_suspect(state, now)) {
    refuse(state, now);
    logins_.emplace(number, std::move(state));
    return;
  }
  start_check(number, std::move(state), hash, std::move(credentials->password));
}

bool Logins::too_suspect(const LoginState& login, Clock::time_point now) const {
  if (!penalties_.has_failed(login.peer, login.user, now)) return false;
  const auto same = std::ranges::count_if(
      logins_, [&](const auto& entry) { return entry.second.user == login.user && entry.second.peer == login.peer; });
  return static_cast<std::size_t>(same) >= max_suspect_logins;
}

void Logins::start_check(std::uint64_t number, LoginState login, const std::string& hash, std::string password) {
  if (const auto running = running_.find(login.mac); running != running_.end()) {
    checks_[running->second].push_back(number);
    text::wipe(password);
    logins_.emplace(number, std::move(login));
    return;
  }
  Check check{.number = number, .hash = hash, .password = std::move(password)};
  if (!outlet_.check(check)) {
    text::wipe(check.password);
    log::warning("too_many_password_checks", {{"peer", login.peer}});
    return unavailable(login.id);
  }
  running_[login.mac] = number;
  checks_[number] = {number};
  logins_.emplace(number, std::move(login));
}

void Logins::checked(const CheckResult& result, Clock::time_point now) {
  const auto check = checks_.find(result.number);
  if (check == checks_.end()) return;
  const auto waiting = std::move(check->second);
  checks_.erase(check);
  std::erase_if(running_, [&](const auto& entry) { return entry.second == result.number; });
  for (const auto number : waiting) {
    const auto found = logins_.find(number);
    if (found == logins_.end()) continue;
    auto& login = found->second;
    if (result.fits && login.known) {
      accept(number, login, now);
    } else {
      penalties_.failed(login.peer, login.user, now);
      log::info("login_refused", {{"user", login.user}, {"peer", login.peer}});
      refuse(login, now);
    }
  }
}

void Logins::accept(std::uint64_t number, LoginState& login, Clock::time_point now) {
  penalties_.succeeded(login.peer, login.user);
  verified_.add(login.user, login.mac, now);
  if (login.held_until <= now) return ask_for_token(number, login);
  login.state = State::held;
  login.due = login.held_until;
}

void Logins::ask_for_token(std::uint64_t number, LoginState& login) const {
  login.state = State::minting;
  outlet_.mint(number, {.login_name = login.user, .mechanism = mechanism, .account = login.account});
}

void Logins::refuse(LoginState& login, Clock::time_point now) const {
  const auto periods = (now - login.received) / refusal_time + 1;
  login.state = State::refusing;
  login.due = std::max(login.received + periods * refusal_time, login.held_until);
}

void Logins::minted(std::uint64_t number, const ipc::TokenMinted& minted) {
  const auto found = logins_.find(number);
  if (found == logins_.end()) return outlet_.release(minted.token);
  ipc::LoginResult result = without_token(ipc::LoginStatus::accepted);
  result.name = found->second.user;
  result.mechanism = mechanism;
  result.token = minted.token;
  result.account = minted.identity.account;
  outlet_.answer(found->second.id, result);
  logins_.erase(found);
}

// The password was right, but the supervisor does not give this log-in an account. The client learns no more than with
// a wrong password.
void Logins::mint_failed(std::uint64_t number, const ipc::Failed& failed, Clock::time_point now) {
  const auto found = logins_.find(number);
  if (found == logins_.end()) return;
  log::error("login_without_account", {{"user", found->second.user},
                                       {"account", found->second.account},
                                       {"peer", found->second.peer},
                                       {"reason", failed.text}});
  refuse(found->second, now);
}

// What is being checked or minted goes on, and its outcome finds nobody.
void Logins::cancel(std::uint64_t connection) {
  std::erase_if(logins_, [&](const auto& entry) { return entry.second.connection == connection; });
}

void Logins::forget_all() { logins_.clear(); }

Clock::time_point Logins::answer_due(Clock::time_point now) {
  auto next = Clock::time_point::max();
  for (auto entry = logins_.begin(); entry != logins_.end();) {
    auto& login = entry->second;
    const bool waits = login.state == State::held || login.state == State::refusing;
    if (waits && login.due > now) next = std::min(next, login.due);
    if (!waits || login.due > now) {
      ++entry;
    } else if (login.state == State::held) {
      ask_for_token(entry->first, login);
      ++entry;
    } else {
      outlet_.answer(login.id, without_token(ipc::LoginStatus::refused));
      entry = logins_.erase(entry);
    }
  }
  return next;
}

}  // namespace winrmd::auth

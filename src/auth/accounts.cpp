#include "auth/accounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lib/text/ascii.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::auth {
namespace {

constexpr std::string_view user_part = "%u";

bool folds(Origin origin) { return origin == Origin::password || origin == Origin::ntlm; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

Result<void> check_text(std::string_view name) {
  if (name.empty()) return fail("the name is empty");
  if (name.size() > users::max_name_size) return fail("the name is too long");
  if (std::ranges::any_of(name, is_control)) return fail("the name has a control character");
  if (!text::is_utf8(name)) return fail("the name is not UTF-8");
  return {};
}

std::string qualify(const NameParts& parts, bool fold) {
  if (parts.realm.empty()) return parts.user;
  return (fold ? text::to_lower(parts.user) : parts.user) + '@' + text::to_upper(parts.realm);
}

// The user of the file that a local name means: spelled exactly like that, else in lower case where case is no matter.
const users::User* find_user(const users::UserFile& file, const std::string& name, bool fold) {
  const auto* exact = file.find(name);
  return exact != nullptr || !fold ? exact : file.find(text::to_lower(name));
}

Person from_file(const users::User& user) {
  return {.name = user.name,
          .qualified = user.name,
          .account = user.account.empty() ? user.name : user.account,
          .in_file = true,
          .own = false,
          .named = true,
          .fold = false};
}

// A local name: there is one name space, in which users of the file come before accounts.
Result<Person> local_person(const std::string& name, bool fold, const users::UserFile& file) {
  if (const auto* user = find_user(file, name, fold)) return from_file(*user);
  if (auto good = check_account_name(name); !good) return std::unexpected(good.error());
  // The name service may say the name in another case. Where that is a user of the file, it must not take his place.
  const bool taken = file.find(text::to_lower(name)) != nullptr;
  return Person{
      .name = name, .qualified = name, .account = name, .in_file = false, .own = !taken, .named = true, .fold = fold};
}

// Accounts that are nobody's own: given to everybody of a realm, or to users of different names.
std::vector<std::string> shared_accounts(const std::vector<ipc::NameRule>& rules) {
  std::map<std::string, std::set<std::string>> users;
  for (const auto& rule : rules) {
    if (!rule.account.contains(user_part)) users[rule.account].insert(text::to_lower(rule.user));
  }
  std::vector<std::string> shared;
  for (const auto& [account, names] : users) {
    if (names.size() > 1 || names.contains("*")) shared.push_back(account);
  }
  return shared;
}

}  // namespace

std::string Person::penalty_key() const { return text::to_lower(name); }

Result<NameParts> split_name(const RawName& name) {
  const std::string_view text = name.text;
  if (auto good = check_text(text); !good) return std::unexpected(good.error());
  NameParts parts;
  const auto slash = text.find('\\');
  const auto at = text.rfind('@');
  if (name.origin == Origin::kerberos) {
    // A backslash is how the library writes a separator within a part of a principal.
    if (slash != std::string_view::npos) return fail("the principal has an escaped character");
    if (at == std::string_view::npos) return fail("the principal has no realm");
  }
  if (slash != std::string_view::npos) {
    parts.realm = text.substr(0, slash);
    parts.user = text.substr(slash + 1);
    if (parts.realm == ".") parts.realm.clear();
  } else if (at != std::string_view::npos) {
    parts.user = text.substr(0, at);
    parts.realm = text.substr(at + 1);
    if (parts.realm.empty()) return fail("the name has an empty realm");
  } else {
    parts.user = text;
    parts.bare = true;
  }
  if (parts.user.empty()) return fail("the name has no user part");
  if (parts.user.find_first_of("\\@") != std::string::npos) return fail("the name has more than one separator");
  return parts;
}

Result<void> check_account_name(std::string_view name) {
  if (auto good = check_text(name); !good) return good;
  if (name.find_first_of("/:\\,") != std::string_view::npos) return fail("the name has a character no account has");
  if (std::string_view("-+~@ ").contains(name.front()) || name.back() == ' ') {
    return fail("the name begins or ends with a character no account does");
  }
  if (name == "." || name == "..") return fail("the name is a folder");
  if (name.find_first_not_of("0123456789") == std::string_view::npos) return fail("the name is a number");
  return {};
}

Accounts::Accounts(ipc::AccountRules rules, IsThisHost is_this_host)
    : rules_(std::move(rules)),
      is_this_host_(std::move(is_this_host)),
      allow_users_(normalized(rules_.allow_users)),
      deny_users_(normalized(rules_.deny_users)),
      stand_alone_(rules_.names.empty() && rules_.local_domains.empty() && rules_.default_domain.empty()),
      shared_(shared_accounts(rules_.names)) {}

bool Accounts::is_local(std::string_view realm) const {
  return realm.empty() || is_this_host_(realm) ||
         std::ranges::any_of(rules_.local_domains, [&](const auto& domain) { return text::iequals(domain, realm); });
}

// Entries may be written in any form of a name; kept is what Person::name and Person::qualified may say.
std::vector<std::string> Accounts::normalized(const std::vector<std::string>& entries) const {
  std::vector<std::string> names;
  for (const auto& entry : entries) {
    auto parts = split_name({.text = entry, .origin = Origin::certificate});
    if (parts && is_local(parts->realm)) parts->realm.clear();
    names.push_back(parts ? qualify(*parts, false) : entry);
    if (names.back() != entry) names.push_back(entry);
  }
  return names;
}

bool Accounts::fits(const ipc::NameRule& rule, const NameParts& parts, bool fold) const {
  const bool realm_fits =
      parts.realm.empty() ? is_local(rule.realm) : rule.realm == "*" || text::iequals(rule.realm, parts.realm);
  if (!realm_fits) return false;
  // Principals with an instance (`host/…`, `alice/admin`) are somebody else than the user; only their own rule fits.
  if (rule.user == "*") return !parts.user.contains('/');
  return fold ? text::iequals(rule.user, parts.user) : rule.user == parts.user;
}

Result<Person> Accounts::by_rule(const ipc::NameRule& rule, const NameParts& parts, Origin origin,
                                 const users::UserFile& file) const {
  const bool fold = folds(origin);
  std::string target = rule.account;
  const auto place = target.find(user_part);
  if (place != std::string::npos) {
    if (auto good = check_account_name(parts.user); !good) return std::unexpected(good.error());
    target.replace(place, user_part.size(), parts.user);
  }
  auto person = local_person(target, fold, file);
  if (!person) return person;
  person->qualified = qualify(parts, fold);
  person->named = place == std::string::npos || rule.user != "*";
  if (place == std::string::npos && std::ranges::find(shared_, rule.account) != shared_.end()) {
    // A password would prove only that somebody knows the account's, not which of its people he is.
    if (origin == Origin::password) return fail("the account is shared, and its password proves no one of its users");
    person->name = person->qualified;
    person->own = false;
  }
  return person;
}

Result<Person> Accounts::resolve(const RawName& name, const users::UserFile& file) const {
  auto person = meant(name, file);
  // Nobody has given a password or a ticket of his own: when the user is gone, so is whom the certificate means.
  if (person) person->listed = name.origin == Origin::certificate;
  return person;
}

Result<Person> Accounts::meant(const RawName& name, const users::UserFile& file) const {
  const bool fold = folds(name.origin);
  auto parts = split_name(name);
  const auto* exact = file.find(name.text);
  if (exact != nullptr && (parts || name.origin != Origin::kerberos)) return from_file(*exact);
  if (!parts) return std::unexpected(parts.error());
  if (parts->bare) parts->realm = rules_.default_domain;
  if (is_local(parts->realm)) parts->realm.clear();
  if (const auto* user = file.find(qualify(*parts, fold)); user != nullptr && !parts->realm.empty()) {
    return from_file(*user);
  }
  for (const auto& rule : rules_.names) {
    if (fits(rule, *parts, fold)) return by_rule(rule, *parts, name.origin, file);
  }
  // Where nothing is said about domains, a name that is proven against the users here means one of them.
  if (parts->realm.empty() || (stand_alone_ && fold)) return local_person(parts->user, fold, file);
  return fail(fmt::format("no login.map entry fits the realm '{}'", parts->realm));
}

}  // namespace winrmd::auth

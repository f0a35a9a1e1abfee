#include <fmt/format.h>

#include <algorithm>

#include "auth/accounts.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::auth {
namespace {

Result<std::optional<LocalAccount>> find_account(const Person& person, const NameService& names) {
  auto account = names.find_account(person.account);
  if (!account || *account || !person.fold) return account;
  const auto lower = text::to_lower(person.account);
  return lower == person.account ? std::optional<LocalAccount>() : names.find_account(lower);
}

// Is the account in one of the groups? A group that does not exist has no members.
Result<bool> in_any(const std::optional<LocalAccount>& account, const std::vector<std::string>& groups,
                    const NameService& names) {
  if (!account) return false;
  for (const auto& group : groups) {
    const auto gid = names.find_group(group);
    if (!gid) return std::unexpected(gid.error());
    if (*gid && std::ranges::find(account->groups, **gid) != account->groups.end()) return true;
  }
  return false;
}

// A denial counts in any spelling, a permission where case means something only in the right one.
bool listed(const std::vector<std::string>& list, const std::vector<std::string>& names, bool any_case) {
  return std::ranges::any_of(list, [&](const auto& entry) {
    return std::ranges::any_of(names,
                               [&](const auto& name) { return any_case ? text::iequals(entry, name) : entry == name; });
  });
}

// The canonical name of somebody whose name is an account's.
std::string own_name(const Person& person, const std::optional<LocalAccount>& account) {
  if (account && text::iequals(account->name, person.name)) return account->name;
  return person.fold && !account ? text::to_lower(person.name) : person.name;
}

}  // namespace

Result<Admission> Accounts::admit(const Person& person, bool privileged, const NameService& names) const {
  if (auto good = check_account_name(person.account); !good && privileged) return std::unexpected(good.error());
  const auto account = find_account(person, names);
  if (!account) return std::unexpected(account.error());
  const bool needed = privileged || (person.listed && !person.in_file);
  if (needed && !*account) return fail(fmt::format("there is no account '{}'", person.account));
  if (privileged && (*account)->uid == 0 && !(rules_.allow_root && person.named)) {
    return fail(fmt::format("account '{}' is root, which is not named", person.account));
  }
  Admission admission{.name = person.own ? own_name(person, *account) : person.name,
                      .account = privileged ? (*account)->name : std::string()};
  std::vector<std::string> all{admission.name, person.name, person.qualified};
  // Unprivileged, what the user file says about accounts has no meaning.
  if (*account && (privileged || !person.in_file)) all.push_back((*account)->name);
  if (listed(deny_users_, all, true)) return fail(fmt::format("'{}' is in login.deny_users", admission.name));
  const auto denied = in_any(*account, rules_.deny_groups, names);
  if (!denied) return std::unexpected(denied.error());
  if (*denied) return fail(fmt::format("'{}' is in a group of login.deny_groups", admission.name));
  if ((rules_.allow_users.empty() && rules_.allow_groups.empty()) || listed(allow_users_, all, person.fold))
    return admission;
  const auto allowed = in_any(*account, rules_.allow_groups, names);
  if (!allowed) return std::unexpected(allowed.error());
  if (!*allowed) {
    return fail(
        fmt::format("'{}' is neither in login.allow_users nor in a group of login.allow_groups", admission.name));
  }
  return admission;
}

}  // namespace winrmd::auth

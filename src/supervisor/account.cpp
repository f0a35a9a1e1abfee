#include "supervisor/account.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <memory>

namespace winrmd::supervisor {
namespace {

constexpr std::size_t largest_entry = 1U << 20;
constexpr std::size_t most_remembered = 1024;
constexpr std::chrono::seconds remembered_for(5);
constexpr int most_groups = 65536;  // the kernel's own limit

Account from_entry(const passwd& entry) {
  return {.name = entry.pw_name,
          .uid = entry.pw_uid,
          .gid = entry.pw_gid,
          .groups = {},
          .home = entry.pw_dir == nullptr ? "" : entry.pw_dir,
          .shell = entry.pw_shell == nullptr ? "" : entry.pw_shell};
}

// Calls a getpw*_r function with as large a buffer as the entry needs.
template <class Get>
Result<Account> get_entry(Get get, const std::string& what) {
  for (std::size_t size = 4096;; size *= 4) {
    std::vector<char> buffer(size);
    passwd entry{};
    passwd* found = nullptr;
    const int error = get(&entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && size < largest_entry) continue;
    if (error != 0) return fail(fmt::format("cannot look up account {}: {}", what, std::strerror(error)));
    if (found == nullptr) return fail(fmt::format("there is no account {}", what));
    return from_entry(entry);
  }
}

}  // namespace

Result<Account> find_account(const std::string& name) {
  auto account = get_entry([&](passwd* entry, char* buffer, std::size_t size,
                               passwd** found) { return ::getpwnam_r(name.c_str(), entry, buffer, size, found); },
                           '\'' + name + '\'');
  if (!account) return account;
  for (int count = 64; count <= most_groups; count *= 4) {
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    int found = count;
    if (::getgrouplist(account->name.c_str(), account->gid, groups.data(), &found) < 0) continue;
    groups.resize(static_cast<std::size_t>(found));
    account->groups = std::move(groups);
    return account;
  }
  return fail(fmt::format("account '{}' has too many groups", name));
}

AccountLookup cached_lookup(AccountLookup lookup) {
  struct Entry {
    Account account;
    std::chrono::steady_clock::time_point until;
  };
  auto known = std::make_shared<std::map<std::string, Entry>>();
  return [lookup = std::move(lookup), known](const std::string& name) -> Result<Account> {
    const auto now = std::chrono::steady_clock::now();
    const auto found = known->find(name);
    if (found != known->end() && now < found->second.until) return found->second.account;
    if (known->size() >= most_remembered) known->clear();
    auto account = lookup(name);
    if (account) (*known)[name] = {.account = *account, .until = now + remembered_for};
    return account;
  };
}

Account running_account(const std::string& home) {
  const uid_t uid = ::geteuid();
  auto account = get_entry([&](passwd* entry, char* buffer, std::size_t size,
                               passwd** found) { return ::getpwuid_r(uid, entry, buffer, size, found); },
                           fmt::format("with uid {}", uid))
                     .value_or(Account{.name = std::to_string(uid), .groups = {}, .home = "/", .shell = "/bin/sh"});
  if (!home.empty()) account.home = home;
  account.uid = uid;
  account.gid = ::getegid();
  const int count = ::getgroups(0, nullptr);
  account.groups.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  if (count > 0 && ::getgroups(count, account.groups.data()) < 0) account.groups.clear();
  return account;
}

}  // namespace winrmd::supervisor

#include "auth/name_service.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <cstring>

namespace winrmd::auth {
namespace {

constexpr std::size_t largest_entry = 1U << 20;
constexpr int most_groups = 65536;  // the kernel's own limit

// Calls a get*_r function with as large a buffer as the entry needs, and `take` with what it found, if anything.
template <class Entry, class Get, class Take>
Result<bool> look_up(const std::string& name, Get get, Take take) {
  for (std::size_t size = 4096;; size *= 4) {
    std::vector<char> buffer(size);
    Entry entry{};
    Entry* found = nullptr;
    const int error = get(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && size < largest_entry) continue;
    // Some services report an unknown name as one of these.
    if (error == ENOENT || error == ESRCH) return false;
    if (error != 0) return fail(fmt::format("the name service cannot say who '{}' is: {}", name, std::strerror(error)));
    if (found != nullptr) take(*found);
    return found != nullptr;
  }
}

Result<std::vector<gid_t>> groups_of(const std::string& name, gid_t primary) {
  for (int count = 64; count <= most_groups; count *= 4) {
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    int found = count;
    if (::getgrouplist(name.c_str(), primary, groups.data(), &found) < 0) continue;
    groups.resize(static_cast<std::size_t>(found));
    return groups;
  }
  return fail(fmt::format("account '{}' has too many groups", name));
}

}  // namespace

Result<std::optional<LocalAccount>> SystemNames::find_account(const std::string& name) const {
  LocalAccount account;
  gid_t primary = 0;
  const auto found = look_up<passwd>(name, ::getpwnam_r, [&](const passwd& entry) {
    account.name = entry.pw_name;
    account.uid = entry.pw_uid;
    primary = entry.pw_gid;
  });
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  auto groups = groups_of(account.name, primary);
  if (!groups) return std::unexpected(groups.error());
  account.groups = std::move(*groups);
  return account;
}

Result<std::optional<gid_t>> SystemNames::find_group(const std::string& name) const {
  gid_t gid = 0;
  const auto found = look_up<group>(name, ::getgrnam_r, [&](const group& entry) { gid = entry.gr_gid; });
  if (!found) return std::unexpected(found.error());
  return *found ? std::optional(gid) : std::nullopt;
}

}  // namespace winrmd::auth

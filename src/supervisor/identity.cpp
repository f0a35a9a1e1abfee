#include "supervisor/identity.hpp"

#include <grp.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>

namespace winrmd::supervisor {
namespace {

bool has_identity(const Account& account) {
  uid_t uid = 0;
  uid_t effective_uid = 0;
  uid_t saved_uid = 0;
  gid_t gid = 0;
  gid_t effective_gid = 0;
  gid_t saved_gid = 0;
  if (::getresuid(&uid, &effective_uid, &saved_uid) != 0 || ::getresgid(&gid, &effective_gid, &saved_gid) != 0)
    return false;
  return uid == account.uid && effective_uid == account.uid && saved_uid == account.uid && gid == account.gid &&
         effective_gid == account.gid && saved_gid == account.gid;
}

bool has_groups(std::vector<gid_t> wanted) {
  const int count = ::getgroups(0, nullptr);
  if (count < 0) return false;
  std::vector<gid_t> have(static_cast<std::size_t>(count));
  if (count > 0 && ::getgroups(count, have.data()) != count) return false;
  std::ranges::sort(have);
  std::ranges::sort(wanted);
  return have == wanted;
}

[[noreturn]] void give_up(const Account& account) {
  ::dprintf(STDERR_FILENO, "winrmd: cannot become account '%s' (uid %u)\n", account.name.c_str(), account.uid);
  ::_exit(identity_failed);
}

}  // namespace

void become(const Account& account) {
  if (::setgroups(account.groups.size(), account.groups.data()) != 0 ||
      ::setresgid(account.gid, account.gid, account.gid) != 0 ||
      ::setresuid(account.uid, account.uid, account.uid) != 0) {
    give_up(account);
  }
  const bool root_is_gone = account.uid == 0 || (::setuid(0) != 0 && ::seteuid(0) != 0);
  if (!has_identity(account) || !has_groups(account.groups) || !root_is_gone) give_up(account);
}

}  // namespace winrmd::supervisor

#include "net/gate/subject.hpp"

#include <algorithm>

namespace winrmd::net {

bool is_in_group(const Login& login, std::uint32_t gid) {
  return gid == login.gid || std::ranges::find(login.groups, gid) != login.groups.end();
}

bool Subject::holds(const sddl::Sid& sid) const {
  const auto& numbers = sid.sub_authorities;
  if (sid.authority == sddl::unix_authority) {
    if (numbers.size() != 2) return false;
    if (numbers[0] == sddl::unix_users) return numbers[1] == login_.uid;
    return numbers[0] == sddl::unix_groups && is_in_group(login_, numbers[1]);
  }
  if (sid == sddl::known::administrators) return administrator_;
  return sid == sddl::known::everyone || sid == sddl::known::authenticated_users || sid == sddl::known::network ||
         sid == sddl::known::users;
}

}  // namespace winrmd::net

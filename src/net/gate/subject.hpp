// Who asks, as a security descriptor sees it.
#pragma once

#include <cstdint>

#include "lib/sddl/sid.hpp"
#include "net/token.hpp"

namespace winrmd::net {

// Whether the account behind the log-in is in that group of this host.
bool is_in_group(const Login& login, std::uint32_t gid);

// Somebody who has logged in over the network: WD, AU, NU and BU, S-1-22-1-UID of the account, S-1-22-2-GID of each of
// its groups, and BA for an administrator. Refers to the log-in.
class Subject {
 public:
  Subject(const Login& login, bool administrator) : login_(login), administrator_(administrator) {}

  [[nodiscard]] bool holds(const sddl::Sid& sid) const;

 private:
  const Login& login_;
  bool administrator_;
};

}  // namespace winrmd::net

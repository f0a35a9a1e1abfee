// What the name service knows about accounts and groups here. Lookups may block; any thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::auth {

struct LocalAccount {
  std::string name;  // as the name service spells it
  uid_t uid = 0;
  std::vector<gid_t> groups;  // all, with the primary one
};

class NameService {
 public:
  virtual ~NameService() = default;
  // Nothing when there is no such account or group; an error when that cannot be told now.
  virtual Result<std::optional<LocalAccount>> find_account(const std::string& name) const = 0;
  virtual Result<std::optional<gid_t>> find_group(const std::string& name) const = 0;
};

// The one of this system (getpwnam_r, getgrouplist, getgrnam_r).
class SystemNames final : public NameService {
 public:
  Result<std::optional<LocalAccount>> find_account(const std::string& name) const override;
  Result<std::optional<gid_t>> find_group(const std::string& name) const override;
};

}  // namespace winrmd::auth

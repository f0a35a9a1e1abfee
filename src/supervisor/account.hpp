// Local accounts, from the name service. The supervisor alone looks them up: what it says about an account is what
// everybody else believes.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::supervisor {

struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // all, with gid
  std::string home;
  std::string shell;
};

using AccountLookup = std::function<Result<Account>(const std::string& name)>;

// Fails when there is no such account, or the name service does not answer.
Result<Account> find_account(const std::string& name);

// The same, remembering what it found for a few seconds: each log-in asks for several accounts. One thread.
AccountLookup cached_lookup(AccountLookup lookup);

// The account this process runs under; its uid in digits is the name of one that has no entry.
// `home`, unless empty, replaces its home folder.
Account running_account(const std::string& home = {});

}  // namespace winrmd::supervisor

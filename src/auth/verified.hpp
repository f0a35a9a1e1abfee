// Passwords that were right a moment ago, so that Basic, which repeats the password with every request, does not cost a
// password hash each time. What is kept is a keyed hash under a key that lives as long as the process.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <string>

#include "auth/accounts.hpp"
#include "auth/penalties.hpp"
#include "lib/users/user_store.hpp"

namespace winrmd::auth {

using Mac = std::array<unsigned char, 32>;

inline constexpr std::chrono::seconds verified_for(30);
inline constexpr std::size_t max_verified = 4096;

class Verified {
 public:
  Verified();

  // The keyed hash of user, the hash in the user file and the password: a changed line of the file changes it.
  [[nodiscard]] Mac mac(const std::string& user, const std::string& hash, const std::string& password) const;
  void add(const std::string& user, const Mac& mac, Admission admission, Clock::time_point now);
  // Who that is; null when it is not known to be right.
  [[nodiscard]] const Admission* find(const std::string& user, const Mac& mac, Clock::time_point now) const;
  void remove(const std::string& user) { known_.erase(user); }
  void clear() { known_.clear(); }

 private:
  struct Entry {
    Mac mac{};
    Admission admission;
    Clock::time_point until;
  };
  std::string key_;
  std::map<std::string, Entry> known_;
};

// The files that say who has an account here, which passwords and expiry dates, and which groups.
class AccountFiles {
 public:
  // Have they changed since this was last asked? Three calls of stat().
  bool changed();

 private:
  std::array<users::FileStamp, 3> stamps_{};
};

}  // namespace winrmd::auth

// Password hashes in the format of the shadow file, by libcrypt. Any thread; each call takes as long as the hash costs.
#pragma once

#include <string>

#include "lib/base/result.hpp"

namespace winrmd::users {

// What crypt takes; longer ones, and ones with a NUL, fit no hash.
inline constexpr std::size_t max_password_size = 511;

// yescrypt's cost parameter: 0 is the library's default (some 50 ms), 1 the cheapest it knows (under 2 ms), for
// passwords that live as long as a test.
inline constexpr unsigned long default_cost = 0;
inline constexpr unsigned long throw_away_cost = 1;

// A yescrypt hash under a fresh salt. Fails for an empty or unfit password.
Result<std::string> hash_password(const std::string& password, unsigned long cost = default_cost);

// True when `password` is the one that was hashed. The time depends on the hash's method and cost only.
bool verify_password(const std::string& hash, const std::string& password);

// A hash that some password can fit: of a method libcrypt knows and does not call too weak.
bool usable_hash(const std::string& hash);

// A hash of the same method and cost as `hash` that no known password fits, so that checking a password against it
// takes the same time. Default cost when `hash` is empty or unusable.
std::string dummy_hash(const std::string& hash);

}  // namespace winrmd::users

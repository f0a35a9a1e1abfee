#include "pam/shadow.hpp"

#include <errno.h>
#include <fmt/format.h>
#include <shadow.h>
#include <string.h>
#include <time.h>

#include <vector>

namespace winrmd::pam {
namespace {

constexpr std::size_t largest_entry = 1U << 20;
constexpr time_t seconds_a_day = 86'400;

}  // namespace

Result<void> check_entry(const ShadowEntry& entry, long today) {
  const auto hash = entry.hash.find_first_not_of('!');
  if (hash != std::string::npos && hash > 0 && entry.hash[hash] != '*') return fail("the account is locked");
  if (entry.expires >= 0 && entry.expires <= today) return fail("the account has expired");
  return {};
}

Result<void> check_shadow(const std::string& account) {
  for (std::size_t size = 4096;; size *= 4) {
    std::vector<char> buffer(size);
    spwd entry{};
    spwd* found = nullptr;
    const int error = ::getspnam_r(account.c_str(), &entry, buffer.data(), buffer.size(), &found);
    Result<void> result;
    if (found != nullptr) {
      const ShadowEntry seen{.hash = found->sp_pwdp == nullptr ? "" : found->sp_pwdp, .expires = found->sp_expire};
      result = check_entry(seen, static_cast<long>(::time(nullptr) / seconds_a_day));
    }
    ::explicit_bzero(buffer.data(), buffer.size());
    if (error == ERANGE && size < largest_entry) continue;
    if (error != 0 && error != ENOENT && error != ESRCH) {
      return fail(fmt::format("cannot look at the shadow entry: {}", ::strerror(error)));
    }
    return result;
  }
}

}  // namespace winrmd::pam

#include "tools/plugin_check/identity.hpp"

#include <pwd.h>
#include <unistd.h>

namespace winrmd::tools::check {
namespace {

constexpr std::uint32_t invented_id = 60'001;

}  // namespace

// One thread, once: getpwuid() is enough.
std::string own_account() {
  static const std::string name = [] {
    const passwd* const entry = ::getpwuid(::geteuid());
    return entry == nullptr ? std::to_string(::geteuid()) : std::string(entry->pw_name);
  }();
  return name;
}

ipc::TokenDescription own_identity(const std::string& user) {
  return {.login_name = user.empty() ? own_account() : user,
          .mechanism = "Basic",
          .account = own_account(),
          .uid = ::geteuid(),
          .gid = ::getegid(),
          .groups = {}};
}

ipc::TokenDescription other_identity(const std::string& account) {
  return {.login_name = {}, .mechanism = {}, .account = account, .uid = invented_id, .gid = invented_id, .groups = {}};
}

}  // namespace winrmd::tools::check

#include "tools/user_commands.hpp"

#include <fmt/format.h>

#include "lib/users/password.hpp"
#include "lib/users/user_store.hpp"

namespace winrmd::tools {
namespace {

Result<void> check_account(const std::string& account) {
  if (account.contains(':') || account.contains('\n')) return fail("an account must not hold a colon or a line break");
  return {};
}

std::unexpected<Error> no_such_user(const std::string& file, const std::string& name) {
  return fail(fmt::format("there is no user '{}' in '{}'", name, file));
}

}  // namespace

Result<void> add_user(const std::string& file, const std::string& name, const std::string& account,
                      const std::string& password) {
  if (auto checked = users::check_name(name); !checked) return checked;
  if (auto checked = check_account(account); !checked) return checked;
  auto hash = users::hash_password(password);
  if (!hash) return std::unexpected(hash.error());
  return users::edit_user_file(file, true, [&](users::UserFile& users) -> Result<void> {
    if (users.find(name) != nullptr) return fail(fmt::format("user '{}' is in '{}' already", name, file));
    users.set({.name = name, .hash = *hash, .account = account});
    return {};
  });
}

Result<void> change_password(const std::string& file, const std::string& name, const std::string& password) {
  auto hash = users::hash_password(password);
  if (!hash) return std::unexpected(hash.error());
  return users::edit_user_file(file, false, [&](users::UserFile& users) -> Result<void> {
    const auto* user = users.find(name);
    if (user == nullptr) return no_such_user(file, name);
    users.set({.name = name, .hash = *hash, .account = user->account});
    return {};
  });
}

Result<void> remove_user(const std::string& file, const std::string& name) {
  return users::edit_user_file(file, false, [&](users::UserFile& users) -> Result<void> {
    if (!users.remove(name)) return no_such_user(file, name);
    return {};
  });
}

Result<std::string> list_users(const std::string& file) {
  const auto read = users::read_user_file(file);
  if (!read) return std::unexpected(read.error());
  std::string lines;
  for (const auto* user : read->users()) {
    lines += fmt::format("{}\t{}{}\n", user->name, user->account.empty() ? "-" : user->account,
                         users::usable_hash(user->hash) ? "" : "\tlocked");
  }
  return lines;
}

}  // namespace winrmd::tools

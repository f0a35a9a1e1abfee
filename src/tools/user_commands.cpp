#include "tools/user_commands.hpp"

#include <fmt/format.h>

#include "lib/users/nt_hash.hpp"
#include "lib/users/ntlm_file.hpp"
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

// Empty when there is no such file.
Result<users::NtlmFile> read_hashes(const std::string& file) {
  if (users::stamp_of(file).size < 0) return users::NtlmFile();
  return users::read_ntlm_file(file);
}

Result<void> set_hash(const std::string& file, const std::string& name, const std::string& password) {
  if (auto checked = users::check_ntlm_name(name); !checked) return checked;
  auto hash = users::nt_hash(password);
  if (!hash) return std::unexpected(hash.error());
  return users::edit_ntlm_file(file, true, [&](users::NtlmFile& hashes) -> Result<void> {
    hashes.set({.name = name, .hash = std::move(*hash)});
    return {};
  });
}

Result<void> remove_hash(const std::string& file, const std::string& name) {
  const auto hashes = read_hashes(file);
  if (!hashes) return std::unexpected(hashes.error());
  if (hashes->find(name) == nullptr) return {};
  return users::edit_ntlm_file(file, false, [&](users::NtlmFile& edited) -> Result<void> {
    edited.remove(name);
    return {};
  });
}

}  // namespace

// Files of one folder have one lock, so one is edited after the other, the NT hash first: what is left when the second
// cannot be written is somebody who can log in by NTLM with the new password, never one with an old one.
Result<void> add_user(const UserFiles& files, const std::string& name, const std::string& account,
                      const std::string& password, Ntlm ntlm) {
  if (auto checked = users::check_name(name); !checked) return checked;
  if (auto checked = check_account(account); !checked) return checked;
  auto hash = users::hash_password(password);
  if (!hash) return std::unexpected(hash.error());
  const auto add = [&](users::UserFile& users) -> Result<void> {
    if (users.find(name) != nullptr) return fail(fmt::format("user '{}' is in '{}' already", name, files.users));
    users.set({.name = name, .hash = *hash, .account = account});
    return {};
  };
  if (users::stamp_of(files.users).size >= 0) {
    auto users = users::read_user_file(files.users);
    if (!users) return std::unexpected(users.error());
    if (auto added = add(*users); !added) return added;
  }
  auto hashed = ntlm == Ntlm::yes ? set_hash(files.ntlm, name, password) : remove_hash(files.ntlm, name);
  if (!hashed) return hashed;
  return users::edit_user_file(files.users, true, add);
}

Result<void> change_password(const UserFiles& files, const std::string& name, const std::string& password, Ntlm ntlm) {
  auto hash = users::hash_password(password);
  if (!hash) return std::unexpected(hash.error());
  const auto change = [&](users::UserFile& users) -> Result<void> {
    const auto* user = users.find(name);
    if (user == nullptr) return no_such_user(files.users, name);
    users.set({.name = name, .hash = *hash, .account = user->account});
    return {};
  };
  auto users = users::read_user_file(files.users);
  if (!users) return std::unexpected(users.error());
  if (auto changed = change(*users); !changed) return changed;
  const auto hashes = read_hashes(files.ntlm);
  if (!hashes) return std::unexpected(hashes.error());
  if (ntlm == Ntlm::yes || hashes->find(name) != nullptr) {
    if (auto set = set_hash(files.ntlm, name, password); !set) return set;
  }
  return users::edit_user_file(files.users, false, change);
}

Result<void> remove_user(const UserFiles& files, const std::string& name) {
  if (auto removed = remove_hash(files.ntlm, name); !removed) return removed;
  return users::edit_user_file(files.users, false, [&](users::UserFile& users) -> Result<void> {
    return users.remove(name) ? Result<void>() : no_such_user(files.users, name);
  });
}

Result<std::string> list_users(const UserFiles& files) {
  const auto read = users::read_user_file(files.users);
  if (!read) return std::unexpected(read.error());
  const auto hashes = read_hashes(files.ntlm);
  if (!hashes) return std::unexpected(hashes.error());
  std::string lines;
  for (const auto* user : read->users()) {
    lines += fmt::format("{}\t{}{}{}\n", user->name, user->account.empty() ? "-" : user->account,
                         users::usable_hash(user->hash) ? "" : "\tlocked",
                         hashes->find(user->name) == nullptr ? "" : "\tntlm");
  }
  return lines;
}

}  // namespace winrmd::tools

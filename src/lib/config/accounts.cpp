#include "lib/config/accounts.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <vector>

#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

constexpr std::size_t first_buffer = 1U << 12;
constexpr std::size_t last_buffer = 1U << 24;  // a group with very many members

// Calls `ask(buffer, size)`, which answers like getpwnam_r, with as much room as it needs.
template <class Ask>
bool ask_name_service(Ask ask) {
  for (std::size_t size = first_buffer; size <= last_buffer; size *= 4) {
    std::vector<char> buffer(size);
    const int status = ask(buffer.data(), buffer.size());
    if (status != ERANGE) return status == 0;
  }
  return false;
}

}  // namespace

bool account_exists(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  return ask_name_service([&](char* buffer, std::size_t size) {
           return ::getpwnam_r(name.c_str(), &entry, buffer, size, &found);
         }) &&
         found != nullptr;
}

std::optional<std::uint32_t> group_id(const std::string& name) {
  group entry{};
  group* found = nullptr;
  const bool answered = ask_name_service(
      [&](char* buffer, std::size_t size) { return ::getgrnam_r(name.c_str(), &entry, buffer, size, &found); });
  if (!answered || found == nullptr) return std::nullopt;
  return entry.gr_gid;
}

void check_account(Table& table, std::string_view key, const std::string& account) {
  if (table.document().failed() || !table.document().check_files() || account.empty()) return;
  if (!account_exists(account)) table.report(key, fmt::format("there is no account '{}'", account));
}

std::vector<std::uint32_t> group_ids(Table& table, std::string_view key, const std::vector<std::string>& groups) {
  std::vector<std::uint32_t> ids;
  if (table.document().failed() || !table.document().check_files()) return ids;
  for (const auto& name : groups) {
    if (const auto id = group_id(name)) {
      ids.push_back(*id);
    } else {
      table.report(key, fmt::format("there is no group '{}'", name));
    }
  }
  return ids;
}

}  // namespace winrmd::config

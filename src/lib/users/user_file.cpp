#include "lib/users/user_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/text/utf.hpp"

namespace winrmd::users {
namespace {

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Result<User> parse_line(std::string_view line) {
  const auto first = line.find(':');
  if (first == std::string_view::npos) return fail("a line is `name:hash` or `name:hash:account`");
  const auto second = line.find(':', first + 1);
  User user;
  user.name = line.substr(0, first);
  if (second == std::string_view::npos) {
    user.hash = line.substr(first + 1);
  } else {
    user.hash = line.substr(first + 1, second - first - 1);
    user.account = line.substr(second + 1);
  }
  if (auto name = check_name(user.name); !name) return std::unexpected(name.error());
  if (user.hash.empty()) return fail(fmt::format("user '{}' has no password hash", user.name));
  if (user.account.contains(':')) return fail(fmt::format("user '{}' has more than three fields", user.name));
  if (has_control_character(line)) return fail(fmt::format("the line of user '{}' has a control character", user.name));
  return user;
}

std::string format_line(const User& user) {
  return user.account.empty() ? user.name + ':' + user.hash : user.name + ':' + user.hash + ':' + user.account;
}

}  // namespace

Result<void> check_name(std::string_view name) {
  if (name.empty()) return fail("a user name must not be empty");
  if (name.size() > max_name_size) return fail(fmt::format("a user name has {} bytes at most", max_name_size));
  if (name.contains(':')) return fail("a user name must not hold a colon");
  if (name.front() == '#') return fail("a user name must not begin with #");
  if (name.front() == ' ' || name.back() == ' ') return fail("a user name must not begin or end with a space");
  if (has_control_character(name)) return fail("a user name must not hold control characters");
  if (!text::is_utf8(name)) return fail("a user name must be UTF-8");
  return {};
}

Result<UserFile> UserFile::parse(std::string_view text, std::string_view name) {
  UserFile file;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') {
      file.lines_.push_back({.text = std::string(line), .user = {}});
      continue;
    }
    auto user = parse_line(line);
    if (!user) return fail(fmt::format("{}:{}: {}", name, number, user.error().message));
    if (file.find(user->name) != nullptr) {
      return fail(fmt::format("{}:{}: user '{}' is there twice", name, number, user->name));
    }
    file.set(std::move(*user));
  }
  return file;
}

const User* UserFile::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &lines_[found->second].user;
}

std::vector<const User*> UserFile::users() const {
  std::vector<const User*> found;
  for (const auto& line : lines_) {
    if (!line.user.name.empty()) found.push_back(&line.user);
  }
  return found;
}

void UserFile::set(User user) {
  const auto [place, added] = index_.try_emplace(user.name, lines_.size());
  if (added) lines_.emplace_back();
  lines_[place->second].user = std::move(user);
}

bool UserFile::remove(std::string_view name) {
  const auto found = index_.find(name);
  if (found == index_.end()) return false;
  const auto gone = found->second;
  lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(gone));
  index_.erase(found);
  for (auto& [other, place] : index_) {
    if (place > gone) --place;
  }
  return true;
}

std::string UserFile::text() const {
  std::string text;
  for (const auto& line : lines_) {
    text += line.user.name.empty() ? line.text : format_line(line.user);
    text += '\n';
  }
  return text;
}

}  // namespace winrmd::users

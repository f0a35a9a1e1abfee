#include "lib/users/ntlm_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "lib/text/ascii.hpp"
#include "lib/users/user_file.hpp"

namespace winrmd::users {
namespace {

constexpr std::size_t hash_size = 32;
// The library reads so much of a line.
constexpr std::size_t max_line_size = 1000;
constexpr std::string_view no_hash = "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX";

bool is_hash(std::string_view text) {
  return text.size() == hash_size && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// Cuts the next field off the front. False when no colon ends it.
bool take_field(std::string_view& line, std::string_view& field) {
  const auto end = line.find(':');
  if (end == std::string_view::npos) return false;
  field = line.substr(0, end);
  line.remove_prefix(end + 1);
  return true;
}

}  // namespace

NtlmFile::~NtlmFile() {
  for (auto& line : lines_) text::wipe(line.user.hash);
}

Result<void> check_ntlm_name(std::string_view name) {
  if (auto checked = check_name(name); !checked) return checked;
  const auto fits = [](char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '@' && c != '/'; };
  if (!std::ranges::all_of(name, fits)) return fail("a user name for NTLM is ASCII, without space, \\, @ and /");
  return {};
}

Result<NtlmFile> NtlmFile::parse(std::string_view text, std::string_view name) {
  NtlmFile file;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto bad = [&](std::string_view what) { return fail(fmt::format("{}:{}: {}", name, number, what)); };
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.size() > max_line_size) return bad("a line is too long");
    if (line.empty() || line.front() == '#') {
      file.lines_.push_back({.text = std::string(line), .user = {}, .rest = {}});
      continue;
    }
    std::string_view user;
    std::string_view uid;
    std::string_view lm;
    std::string_view hash;
    if (!take_field(line, user) || !take_field(line, uid) || !take_field(line, lm) || !take_field(line, hash)) {
      return bad("a line is `name:uid:LM-hash:NT-hash:flags:changed:`");
    }
    if (auto checked = check_ntlm_name(user); !checked) return bad(checked.error().message);
    if (!is_hash(hash)) return bad(fmt::format("the NT hash of user '{}' is not 32 hexadecimal digits", user));
    if (file.find(user) != nullptr) return bad(fmt::format("user '{}' is there twice", user));
    file.lines_.push_back(
        {.text = {}, .user = {.name = std::string(user), .hash = std::string(hash)}, .rest = std::string(line)});
  }
  return file;
}

const NtlmUser* NtlmFile::find(std::string_view name) const {
  if (name.empty()) return nullptr;
  const auto found =
      std::ranges::find_if(lines_, [&](const Line& line) { return text::iequals(line.user.name, name); });
  return found == lines_.end() ? nullptr : &found->user;
}

void NtlmFile::set(NtlmUser user) {
  remove(user.name);
  lines_.push_back({.text = {},
                    .user = std::move(user),
                    .rest = fmt::format("[U          ]:LCT-{:08X}:", static_cast<std::uint32_t>(std::time(nullptr)))});
}

bool NtlmFile::remove(std::string_view name) {
  const auto gone = std::ranges::find_if(lines_, [&](const Line& line) { return text::iequals(line.user.name, name); });
  if (name.empty() || gone == lines_.end()) return false;
  text::wipe(gone->user.hash);
  lines_.erase(gone);
  return true;
}

std::string NtlmFile::text() const {
  std::string text;
  for (const auto& line : lines_) {
    text += line.user.name.empty() ? line.text
                                   : fmt::format("{}:0:{}:{}:{}", line.user.name, no_hash, line.user.hash, line.rest);
    text += '\n';
  }
  return text;
}

Result<NtlmFile> read_ntlm_file(const std::string& path, FileStamp* stamp) {
  auto text = read_private_file(path, stamp);
  if (!text) return std::unexpected(text.error());
  auto file = NtlmFile::parse(*text, path);
  text::wipe(*text);
  return file;
}

Result<void> edit_ntlm_file(const std::string& path, bool create, const std::function<Result<void>(NtlmFile&)>& edit) {
  return edit_private_file(path, create, [&](std::string_view text) -> Result<std::string> {
    auto file = NtlmFile::parse(text, path);
    if (!file) return std::unexpected(file.error());
    if (auto edited = edit(*file); !edited) return std::unexpected(edited.error());
    return file->text();
  });
}

}  // namespace winrmd::users

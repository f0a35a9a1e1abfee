#include <fmt/format.h>

#include "lib/sddl/read_ace.hpp"
#include "lib/sddl/sddl.hpp"

namespace winrmd::sddl {
namespace {

constexpr std::string_view no_access_control = "NO_ACCESS_CONTROL";

bool begins_part(std::string_view rest) { return rest.size() >= 2 && rest[1] == ':'; }

Result<void> read_flags(Cursor& cursor, Acl& acl) {
  while (!cursor.at_end() && !cursor.sees("(") && !begins_part(cursor.rest())) {
    if (cursor.skip(no_access_control)) {
      acl.is_null = true;
    } else if (cursor.skip("P")) {
      acl.is_protected = true;
    } else if (cursor.skip("AR")) {
      acl.inherit_request = true;
    } else if (cursor.skip("AI")) {
      acl.auto_inherited = true;
    } else {
      return cursor.fail("not one of the flags P, AR, AI and NO_ACCESS_CONTROL, and no entry in parentheses");
    }
  }
  return {};
}

Result<Acl> read_acl(Cursor& cursor, ListKind kind, const std::optional<Sid>& domain) {
  Acl acl;
  if (auto flags = read_flags(cursor, acl); !flags) return std::unexpected(flags.error());
  while (cursor.sees("(")) {
    if (acl.is_null) return cursor.fail("an entry after NO_ACCESS_CONTROL");
    if (acl.aces.size() == max_aces) return cursor.fail(fmt::format("more than {} entries", max_aces));
    auto ace = read_ace(cursor, kind, domain);
    if (!ace) return std::unexpected(ace.error());
    acl.aces.push_back(std::move(*ace));
  }
  return acl;
}

// Puts what `read` found into its place, which must be free.
template <class T, class Read>
Result<void> read_part(Cursor& cursor, std::size_t start, std::optional<T>& part, Read read) {
  if (part) return Cursor::fail_at(start, "this part is there already");
  Result<T> value = read(cursor);
  if (!value) return std::unexpected(value.error());
  part = std::move(*value);
  return {};
}

}  // namespace

Result<SecurityDescriptor> parse(std::string_view text, const std::optional<Sid>& domain) {
  if (text.size() > max_text_size)
    return Cursor::fail_at(max_text_size, fmt::format("longer than {} characters", max_text_size));
  Cursor cursor(text);
  if (cursor.at_end()) return cursor.fail("the text is empty");
  const auto sid = [&](Cursor& at) { return read_sid(at, domain); };
  const auto list = [&](ListKind kind) { return [&, kind](Cursor& at) { return read_acl(at, kind, domain); }; };
  SecurityDescriptor result;
  while (!cursor.at_end()) {
    const auto start = cursor.position();
    Result<void> done;
    if (cursor.skip("O:")) {
      done = read_part(cursor, start, result.owner, sid);
    } else if (cursor.skip("G:")) {
      done = read_part(cursor, start, result.group, sid);
    } else if (cursor.skip("D:")) {
      done = read_part(cursor, start, result.dacl, list(ListKind::access));
    } else if (cursor.skip("S:")) {
      done = read_part(cursor, start, result.sacl, list(ListKind::audit));
    } else {
      return cursor.fail("not one of the parts O:, G:, D: and S:");
    }
    if (!done) return std::unexpected(done.error());
  }
  return result;
}

Result<SecurityDescriptor> parse_for_access(std::string_view text) {
  auto result = parse(text);
  if (result && !result->dacl) return Cursor::fail_at(text.size(), "there is no D: part, so nobody would be let in");
  return result;
}

}  // namespace winrmd::sddl

#include "lib/sddl/cursor.hpp"

#include <fmt/format.h>

namespace winrmd::sddl {
namespace {

// 99: no digit.
unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 99;
}

}  // namespace

std::unexpected<Error> Cursor::fail_at(std::size_t position, std::string_view what) {
  return winrmd::fail(fmt::format("character {}: {}", position + 1, what));
}

Result<std::uint64_t> read_number(Cursor& cursor, unsigned base, std::uint64_t limit, std::string_view what) {
  const auto start = cursor.position();
  const auto digits = cursor.take_while([base](char c) { return digit_value(c) < base; });
  if (digits.empty()) return cursor.fail(fmt::format("{} is missing", what));
  std::uint64_t value = 0;
  for (const char c : digits) {
    value = value * base + digit_value(c);
    // The limit has 48 bits at most, so the next step cannot overflow.
    if (value > limit) return Cursor::fail_at(start, fmt::format("{} is above {}", what, limit));
  }
  return value;
}

Result<Sid> read_numeric_sid(Cursor& cursor) {
  const auto start = cursor.position();
  if (!cursor.skip("S-1-")) return cursor.fail("a SID begins with S-1-");
  constexpr std::string_view what = "the authority of a SID";
  const auto authority =
      cursor.skip("0x") ? read_number(cursor, 16, max_authority, what) : read_number(cursor, 10, max_authority, what);
  if (!authority) return std::unexpected(authority.error());
  Sid sid{*authority, {}};
  while (cursor.skip("-")) {
    const auto number = read_number(cursor, 10, 0xFFFF'FFFF, "a number of a SID");
    if (!number) return std::unexpected(number.error());
    if (sid.sub_authorities.size() == max_sub_authorities) {
      return Cursor::fail_at(start,
                             fmt::format("a SID has at most {} numbers after its authority", max_sub_authorities));
    }
    sid.sub_authorities.push_back(static_cast<std::uint32_t>(*number));
  }
  if (sid.sub_authorities.empty()) return cursor.fail("a SID has a number after its authority");
  return sid;
}

}  // namespace winrmd::sddl

#include "lib/sddl/sid.hpp"

#include <fmt/format.h>

#include "lib/sddl/cursor.hpp"

namespace winrmd::sddl {

Result<Sid> parse_sid(std::string_view text) {
  Cursor cursor(text);
  auto sid = read_numeric_sid(cursor);
  if (sid && !cursor.at_end()) return cursor.fail("a SID ends before this");
  return sid;
}

std::string format_sid(const Sid& sid) {
  std::string result =
      sid.authority <= 0xFFFF'FFFF ? fmt::format("S-1-{}", sid.authority) : fmt::format("S-1-0x{:012x}", sid.authority);
  for (const auto number : sid.sub_authorities) result += fmt::format("-{}", number);
  return result;
}

}  // namespace winrmd::sddl

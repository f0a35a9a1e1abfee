#include "lib/sddl/rights.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace winrmd::sddl {
namespace {

struct Row {
  std::string_view letters;
  std::uint32_t mask;
};

// One bit each, in the order in which they are written.
constexpr Row bits[] = {
    {"GA", right::generic_all},   {"GR", right::generic_read},
    {"GW", right::generic_write}, {"GX", right::generic_execute},
    {"RC", 0x0002'0000},  // read the descriptor
    {"SD", 0x0001'0000},  // delete
    {"WD", 0x0004'0000},  // write the DACL
    {"WO", 0x0008'0000},  // take ownership
    {"CC", 0x0000'0001},  // those of objects in a directory
    {"DC", 0x0000'0002},          {"LC", 0x0000'0004},
    {"SW", 0x0000'0008},          {"RP", 0x0000'0010},
    {"WP", 0x0000'0020},          {"DT", 0x0000'0040},
    {"LO", 0x0000'0080},          {"CR", 0x0000'0100},
};

// Of files and registry keys.
constexpr Row sets[] = {
    {"FA", 0x001F'01FF}, {"FR", 0x0012'0089}, {"FW", 0x0012'0116}, {"FX", 0x0012'00A0},
    {"KA", 0x000F'003F}, {"KR", 0x0002'0019}, {"KW", 0x0002'0006}, {"KX", 0x0002'0019},
};

}  // namespace

std::optional<std::uint32_t> find_right(std::string_view letters) {
  if (const auto* row = std::ranges::find(bits, letters, &Row::letters); row != std::end(bits)) return row->mask;
  if (const auto* row = std::ranges::find(sets, letters, &Row::letters); row != std::end(sets)) return row->mask;
  return std::nullopt;
}

std::string format_rights(std::uint32_t mask) {
  std::string letters;
  std::uint32_t left = mask;
  for (const auto& row : bits) {
    if ((left & row.mask) == 0) continue;
    letters += row.letters;
    left &= ~row.mask;
  }
  return left == 0 ? letters : fmt::format("{:#x}", mask);
}

}  // namespace winrmd::sddl

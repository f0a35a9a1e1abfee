#include "host/core/locale.hpp"

#include <algorithm>
#include <array>

#include "lib/text/ascii.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::host {
namespace {

struct Row {
  std::string_view name;
  std::uint16_t id;
};

constexpr Row rows[] = {
#include "host/core/langid_table.inc"
};
static_assert(std::ranges::is_sorted(rows, {}, &Row::name));

struct ThreadLocale {
  std::u16string name;
  std::uint16_t id = default_langid;
};
thread_local ThreadLocale current;

}  // namespace

std::uint16_t langid(std::string_view name) {
  const std::string lower = text::to_lower(name);
  for (std::string_view rest = lower; !rest.empty();) {
    const auto* const row = std::ranges::lower_bound(rows, rest, {}, &Row::name);
    if (row != std::end(rows) && row->name == rest) return row->id;
    const auto dash = rest.rfind('-');
    if (dash == std::string_view::npos) break;
    rest = rest.substr(0, dash);
  }
  return default_langid;
}

std::uint16_t thread_langid() { return current.id; }
const std::u16string& thread_locale_name() { return current.name; }

LocaleScope::LocaleScope(std::string_view name) {
  current.name = text::to_utf16(name).value_or(std::u16string());
  current.id = langid(name);
}

LocaleScope::~LocaleScope() {
  current.name.clear();
  current.id = default_langid;
}

}  // namespace winrmd::host

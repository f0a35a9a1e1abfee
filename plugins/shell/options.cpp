#include "options.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text.hpp"

namespace text_shell {
namespace {

std::optional<bool> read_bool(const std::string& value) {
  if (equals_ignoring_case(value, "true") || value == "1") return true;
  if (equals_ignoring_case(value, "false") || value == "0") return false;
  return std::nullopt;
}

bool is_number(const std::string& value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

// Calls `take(name, value)`, which says whether it knows the option and, if so, the value.
enum class Taken { yes, unknown, bad_value };
template <class Take>
std::expected<void, DWORD> each_option(const WSMAN_OPERATION_INFO* info, const Take& take) {
  if (info == nullptr || info->optionSet.options == nullptr) return {};
  for (DWORD i = 0; i < info->optionSet.optionsCount; ++i) {
    const WSMAN_OPTION& option = info->optionSet.options[i];
    const Taken taken = take(to_utf8(option.name), to_utf8(option.value));
    if (!option.mustComply || taken == Taken::yes) continue;
    return std::unexpected(taken == Taken::unknown ? ERROR_WSMAN_OPTIONS_NOT_SUPPORTED
                                                   : ERROR_WSMAN_OPTIONS_INVALID_VALUE);
  }
  return {};
}

std::string unescape(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> entities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string out;
  while (!text.empty()) {
    const auto* const entity =
        std::ranges::find_if(entities, [text](const auto& candidate) { return text.starts_with(candidate.first); });
    out += entity == entities.end() ? text.front() : entity->second;
    text.remove_prefix(entity == entities.end() ? 1 : entity->first.size());
  }
  return out;
}

// The value of an attribute within one tag.
std::string attribute(std::string_view tag, std::string_view name) {
  for (std::size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
    std::string_view rest = tag.substr(at + name.size());
    if (at == 0 || tag[at - 1] > ' ') continue;
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) continue;
    return unescape(rest.substr(1, rest.find(rest.front(), 1) - 1));
  }
  return {};
}

}  // namespace

std::expected<void, DWORD> check_shell_options(const WSMAN_OPERATION_INFO* info) {
  return each_option(info, [](const std::string& name, const std::string& value) {
    if (equals_ignoring_case(name, "WINRS_NOPROFILE")) return read_bool(value) ? Taken::yes : Taken::bad_value;
    if (equals_ignoring_case(name, "WINRS_CODEPAGE")) return is_number(value) ? Taken::yes : Taken::bad_value;
    return Taken::unknown;
  });
}

std::expected<CommandOptions, DWORD> read_command_options(const WSMAN_OPERATION_INFO* info) {
  CommandOptions options;
  const auto read = each_option(info, [&options](const std::string& name, const std::string& value) {
    const auto flag = read_bool(value);
    if (equals_ignoring_case(name, "WINRS_SKIP_CMD_SHELL")) {
      options.skip_shell = flag.value_or(false);
      return flag ? Taken::yes : Taken::bad_value;
    }
    if (equals_ignoring_case(name, "WINRS_CONSOLEMODE_STDIN")) return flag ? Taken::yes : Taken::bad_value;
    return Taken::unknown;
  });
  if (!read) return std::unexpected(read.error());
  return options;
}

std::string parameter(std::string_view xml, std::string_view name) {
  for (std::size_t at = xml.find("<Param"); at != std::string_view::npos; at = xml.find("<Param", at + 1)) {
    const std::string_view tag = xml.substr(at, xml.find('>', at) - at);
    if (attribute(tag, "Name") == name) return attribute(tag, "Value");
  }
  return {};
}

}  // namespace text_shell

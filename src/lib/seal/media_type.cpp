#include "lib/seal/media_type.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "lib/seal/protocol_name.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::seal {
namespace {

constexpr std::array<std::pair<Protocol, std::string_view>, 3> names{{
    {Protocol::spnego, "application/HTTP-SPNEGO-session-encrypted"},
    {Protocol::kerberos, "application/HTTP-Kerberos-session-encrypted"},
    {Protocol::credssp, "application/HTTP-CredSSP-session-encrypted"},
}};

struct Parameter {
  std::string_view name;
  std::string_view value;
};

// Takes one parameter from the front of `rest`, which begins behind a semicolon. Nothing when it is not well-formed.
std::optional<Parameter> take_parameter(std::string_view& rest) {
  const auto equals = rest.find_first_of("=;");
  if (equals == std::string_view::npos || rest[equals] == ';') return std::nullopt;
  Parameter result{.name = text::trim(rest.substr(0, equals)), .value = {}};
  rest = rest.substr(equals + 1);
  rest = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
  if (!rest.starts_with('"')) {
    const auto end = std::min(rest.find(';'), rest.size());
    result.value = text::trim(rest.substr(0, end));
    rest = rest.substr(std::min(end + 1, rest.size()));
    if (result.value.contains('"')) return std::nullopt;
    return result;
  }
  const auto close = rest.find('"', 1);
  if (close == std::string_view::npos) return std::nullopt;
  result.value = rest.substr(1, close - 1);
  rest = text::trim(rest.substr(close + 1));
  if (!rest.empty() && rest.front() != ';') return std::nullopt;
  rest = rest.substr(std::min<std::size_t>(1, rest.size()));
  return result;
}

bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= max_boundary && text.back() != ' ' &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::string_view media_type(Protocol protocol) {
  return std::ranges::find(names, protocol, &std::pair<Protocol, std::string_view>::first)->second;
}

std::optional<Protocol> protocol_named(std::string_view media_type) {
  for (const auto& [protocol, name] : names) {
    if (text::iequals(media_type, name)) return protocol;
  }
  return std::nullopt;
}

bool is_sealed(std::string_view content_type) {
  const auto type = text::trim(content_type.substr(0, content_type.find(';')));
  return text::iequals(type, "multipart/encrypted") || text::iequals(type, "multipart/x-multi-encrypted");
}

Result<MediaType> parse_media_type(std::string_view content_type) {
  if (!is_sealed(content_type)) return fail("not a sealed message");
  const auto semicolon = content_type.find(';');
  if (semicolon == std::string_view::npos) return fail("a sealed message without parameters");
  std::optional<Protocol> protocol;
  std::optional<std::string_view> boundary;
  for (auto rest = text::trim(content_type.substr(semicolon + 1)); !rest.empty(); rest = text::trim(rest)) {
    const auto parameter = take_parameter(rest);
    if (!parameter) return fail("malformed parameters of a sealed message");
    if (text::iequals(parameter->name, "protocol")) {
      if (protocol) return fail("two protocols of a sealed message");
      protocol = protocol_named(parameter->value);
      if (!protocol) return fail("an unknown protocol of a sealed message");
    } else if (text::iequals(parameter->name, "boundary")) {
      if (boundary) return fail("two boundaries of a sealed message");
      if (!is_boundary(parameter->value)) return fail("an unusable boundary of a sealed message");
      boundary = parameter->value;
    }
  }
  if (!protocol || !boundary) return fail("a sealed message without protocol or boundary");
  return MediaType{.protocol = *protocol, .boundary = std::string(*boundary)};
}

}  // namespace winrmd::seal

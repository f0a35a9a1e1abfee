#include "net/gate/redirect.hpp"

#include <algorithm>

#include "lib/text/ascii.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

bool acceptable(std::string_view location) {
  std::string_view rest;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (text::istarts_with(location, scheme)) rest = location.substr(scheme.size());
  }
  if (rest.empty() || rest.front() == '/' || rest.front() == ':') return false;
  return std::ranges::all_of(location, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\';
  });
}

}  // namespace

Refusal make_redirect(std::string_view location) {
  location = text::trim(location);
  if (location.size() > max_redirect_location) return soap::make_fault(ERROR_REDIRECT_LOCATION_TOO_LONG);
  if (!acceptable(location)) return soap::make_fault(ERROR_REDIRECT_LOCATION_INVALID);
  return Redirect{std::string(location)};
}

}  // namespace winrmd::net

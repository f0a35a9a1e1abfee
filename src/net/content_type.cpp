#include "net/content_type.hpp"

#include "lib/text/ascii.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::net {

std::string_view charset_of(const http::Request& request) {
  const auto* type = request.header("Content-Type");
  if (type == nullptr) return {};
  std::string_view rest = *type;
  for (auto semicolon = rest.find(';'); semicolon != std::string_view::npos; semicolon = rest.find(';')) {
    rest = rest.substr(semicolon + 1);
    const auto parameter = text::trim(rest.substr(0, rest.find(';')));
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos || !text::iequals(text::trim(parameter.substr(0, equals)), "charset"))
      continue;
    auto value = text::trim(parameter.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return value;
  }
  return {};
}

bool is_soap(const http::Request& request) {
  const auto* type = request.header("Content-Type");
  if (type == nullptr) return false;
  return text::iequals(text::trim(std::string_view(*type).substr(0, type->find(';'))), "application/soap+xml");
}

bool is_utf16(const http::Request& request) {
  if (request.body.starts_with("\xFF\xFE") || request.body.starts_with("\xFE\xFF")) return true;
  return text::istarts_with(charset_of(request), "utf-16");
}

http::Response envelope_response(const http::Request& request, int status, std::string envelope) {
  http::Response response{.status = status, .headers = {}, .body = {}, .close = false};
  if (is_utf16(request)) {
    if (const auto wide = text::to_utf16(envelope)) {
      response.body = "\xFF\xFE";
      response.body.append(reinterpret_cast<const char*>(wide->data()), wide->size() * sizeof(char16_t));
      response.headers.emplace_back("Content-Type", "application/soap+xml;charset=UTF-16");
      return response;
    }
  }
  response.headers.emplace_back("Content-Type", "application/soap+xml;charset=UTF-8");
  response.body = std::move(envelope);
  return response;
}

}  // namespace winrmd::net

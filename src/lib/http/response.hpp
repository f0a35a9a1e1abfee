// HTTP/1.1 responses. Always with Content-Length (204 excepted), never chunked, never compressed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winrmd::http {

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // Content-Length, Connection, Date and Server are added
  std::string body;
  bool close = false;  // adds `Connection: close`
};

// The header block and nothing else; the body is sent from where it is. `date` is an IMF-fixdate (see http_date()).
std::string serialize_head(const Response& response, std::string_view server, std::string_view date);

std::string_view reason_phrase(int status);

// Seconds since the epoch as IMF-fixdate (RFC 9110 5.6.7).
std::string http_date(long long seconds);

}  // namespace winrmd::http

// What we refuse although the parser behind us would let it pass (request smuggling lives on such differences between
// two parsers). Pure functions; `nullopt` means acceptable.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/http/request.hpp"

namespace winrmd::http {

// RFC 9110 5.6.2.
bool is_token_char(char c);

// The line without its CRLF. 505 for a well-formed version other than 1.0 and 1.1.
std::optional<ParseError> check_request_line(std::string_view line);

// One header line without its CRLF: no folding, no white space before the colon, no control characters.
std::optional<ParseError> check_header_line(std::string_view line);

// How the body ends.
struct Framing {
  bool chunked = false;
  std::uint64_t length = 0;
};

// The headers taken together: Host, Content-Length, Transfer-Encoding, Connection, Expect and headers that must not be
// repeated. `block` is a whole header block whose lines have passed. Fills in keep_alive, has_body and
// expects_continue.
std::optional<ParseError> check_headers(std::string_view block, Request& request, Framing& framing);

// Chunk size line without its CRLF (RFC 9112 7.1). Extensions must be well-formed and are ignored.
std::optional<ParseError> check_chunk_line(std::string_view line, std::uint64_t& size);

}  // namespace winrmd::http

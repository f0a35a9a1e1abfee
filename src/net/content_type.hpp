// The body's media type, and replies in the character set of the request.
#pragma once

#include <string>
#include <string_view>

#include "lib/http/request.hpp"
#include "lib/http/response.hpp"

namespace winrmd::net {

// The charset parameter of Content-Type, without quotes; empty when there is none.
std::string_view charset_of(const http::Request& request);
// True for `application/soap+xml` with any parameters.
bool is_soap(const http::Request& request);
// True when the request's text is UTF-16, by its byte order mark or its charset.
bool is_utf16(const http::Request& request);

// A response with this envelope: 200, or 500 for a fault; UTF-16 with a byte order mark where the request was.
http::Response envelope_response(const http::Request& request, int status, std::string envelope);

}  // namespace winrmd::net

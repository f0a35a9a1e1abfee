// Content-Type of a sealed message.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::seal {

// What the `protocol` parameter names. It follows the HTTP scheme of the log-in, not the mechanism inside.
enum class Protocol : std::uint8_t { spnego, kerberos, credssp };

// `application/HTTP-…-session-encrypted`
std::string_view media_type(Protocol protocol);

struct MediaType {
  Protocol protocol = Protocol::spnego;
  std::string boundary;
};

// RFC 2046 has no more.
inline constexpr std::size_t max_boundary = 70;

// True for multipart/encrypted and multipart/x-multi-encrypted, whatever their parameters are.
bool is_sealed(std::string_view content_type);

// Parameters in any order, quoted or not, with white space around them; unknown ones are ignored. An error when it is
// another media type, when `protocol` or `boundary` is missing, repeated, or none that we know.
Result<MediaType> parse_media_type(std::string_view content_type);

}  // namespace winrmd::seal

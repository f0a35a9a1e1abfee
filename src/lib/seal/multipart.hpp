// The body of a sealed message: pairs of parts, of which the second holds what a security context made of the envelope,
// or of a piece of it. Bytes in, values out, and the other way round; what is sealed is not looked into.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/seal/media_type.hpp"

namespace winrmd::seal {

// Pairs of parts in one message. CredSSP has one for each 16 KiB.
inline constexpr std::size_t max_parts = 256;
// One header line of a part, without its CRLF.
inline constexpr std::size_t max_part_line = 1024;
inline constexpr std::size_t max_part_lines = 8;
// Plain text that one part may announce.
inline constexpr std::size_t max_announced = 64U << 20;

// What came. The views point into the body.
struct Part {
  std::size_t length = 0;    // octets of plain text that it announces
  std::uint32_t split = 0;   // the number before the sealed bytes: size of the header (CredSSP: of no meaning)
  std::string_view bytes{};  // all that is sealed: header and data
};

struct Message {
  bool tabs = false;        // the lines within the parts begin with a tab
  std::string_view type{};  // media type of the plain text with its parameters
  std::vector<Part> parts;  // never empty
};

// Never looks for the boundary in what is sealed: where that ends follows from the announced length, from the records
// of CredSSP, or from the end of the body.
Result<Message> parse(const MediaType& media_type, std::string_view body);

// What is to go out as one pair of parts.
struct Piece {
  std::size_t length = 0;
  std::uint32_t split = 0;
  std::string header;
  std::string data;
};

// How a message is written: as the request it answers was.
struct Form {
  Protocol protocol = Protocol::spnego;
  bool tabs = true;
};

struct Composed {
  std::string content_type;
  std::string body;
};

// `type`: media type of the plain text. Several pieces make a multipart/x-multi-encrypted.
Composed compose(const Form& form, std::string_view type, std::span<const Piece> pieces);

}  // namespace winrmd::seal

#include <fmt/format.h>

#include <iterator>

#include "lib/seal/multipart.hpp"

namespace winrmd::seal {
namespace {

constexpr std::string_view boundary = "Encrypted Boundary";
constexpr std::size_t lines_of_a_pair = 400;  // about

void append_split(std::string& body, std::uint32_t split) {
  for (int shift = 0; shift < 32; shift += 8) body.push_back(static_cast<char>(split >> shift & 0xFF));
}

}  // namespace

// Clients compare these lines octet by octet: no blank line anywhere, no line end between what is sealed and the
// delimiter.
Composed compose(const Form& form, std::string_view type, std::span<const Piece> pieces) {
  const auto* const tab = form.tabs ? "\t" : "";
  const auto protocol = media_type(form.protocol);
  Composed result{
      .content_type = fmt::format(R"(multipart/{};protocol="{}";boundary="{}")",
                                  pieces.size() > 1 ? "x-multi-encrypted" : "encrypted", protocol, boundary),
      .body = {}};
  std::size_t size = 0;
  for (const auto& piece : pieces) size += lines_of_a_pair + piece.header.size() + piece.data.size();
  result.body.reserve(size);
  for (const auto& piece : pieces) {
    fmt::format_to(std::back_inserter(result.body),
                   "--{0}\r\n{1}Content-Type: {2}\r\n{1}OriginalContent: type={3};Length={4}\r\n"
                   "--{0}\r\n{1}Content-Type: application/octet-stream\r\n",
                   boundary, tab, protocol, type, piece.length);
    append_split(result.body, piece.split);
    result.body.append(piece.header).append(piece.data);
  }
  result.body.append("--").append(boundary).append("--\r\n");
  return result;
}

}  // namespace winrmd::seal

// Sealed messages from arbitrary bytes: the first line is a Content-Type, the rest a body. No crash, every part lies
// within the body, and what was accepted reads the same when it is written down anew.
#include <cstdint>
#include <cstdlib>

#include "lib/seal/multipart.hpp"

using namespace winrmd::seal;

namespace {

void check(const MediaType& type, std::string_view body) {
  const auto message = parse(type, body);
  if (!message) return;
  if (message->parts.empty() || message->parts.size() > max_parts) std::abort();
  std::vector<Piece> pieces;
  for (const auto& part : message->parts) {
    if (part.bytes.data() < body.data() || part.bytes.data() + part.bytes.size() > body.data() + body.size())
      std::abort();
    if (type.protocol != Protocol::credssp && part.split > part.bytes.size()) std::abort();
    pieces.push_back({.length = part.length, .split = part.split, .header = {}, .data = std::string(part.bytes)});
  }
  const auto written = compose({.protocol = type.protocol, .tabs = message->tabs}, message->type, pieces);
  const auto again_type = parse_media_type(written.content_type);
  if (!again_type || again_type->protocol != type.protocol) std::abort();
  const auto again = parse(*again_type, written.body);
  if (!again || again->parts.size() != pieces.size() || again->type != message->type) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(bytes.find('\n'), bytes.size());
  const auto type = parse_media_type(bytes.substr(0, end));
  if (type) check(*type, bytes.substr(std::min(end + 1, bytes.size())));
  return 0;
}

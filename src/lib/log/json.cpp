#include "lib/log/json.hpp"

#include <array>

#include "lib/text/utf.hpp"

namespace winrmd::log {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

void append_escape(std::string& out, unsigned c) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += digits[c >> 4];
      out += digits[c & 15];
  }
}

constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}

constexpr auto plain = make_plain();

}  // namespace

void append_json_string(std::string& out, std::string_view bytes) {
  out += '"';
  while (!bytes.empty()) {
    std::size_t run = 0;
    while (run < bytes.size() && plain[static_cast<unsigned char>(bytes[run])]) ++run;
    out.append(bytes.substr(0, run));
    bytes.remove_prefix(run);
    if (bytes.empty()) break;
    const auto c = static_cast<unsigned char>(bytes.front());
    std::size_t used = text::sequence_length(bytes);
    if (used == 0) {
      out += replacement;
      used = 1;
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (used == 1) {
      append_escape(out, c);
    } else if (c == 0xC2 && static_cast<unsigned char>(bytes[1]) < 0xA0) {
      append_escape(out, static_cast<unsigned char>(bytes[1]));
    } else {
      out.append(bytes.substr(0, used));
    }
    bytes.remove_prefix(used);
  }
  out += '"';
}

}  // namespace winrmd::log

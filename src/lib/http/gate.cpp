#include "lib/http/gate.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "lib/text/ascii.hpp"

namespace winrmd::http {
namespace {

enum Kind : std::uint8_t { token = 1, visible = 2, value = 4 };

constexpr std::array<std::uint8_t, 256> make_kinds() {
  std::array<std::uint8_t, 256> kinds{};
  for (std::size_t c = 0; c < 256; ++c) {
    const char character = static_cast<char>(c);
    const bool alphanumeric = (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
                              (character >= 'a' && character <= 'z');
    if (alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(character) != std::string_view::npos) {
      kinds[c] |= token;
    }
    if (c > 0x20 && c < 0x7F) kinds[c] |= visible;
    if (c == '\t' || (c >= 0x20 && c != 0x7F)) kinds[c] |= value;
  }
  kinds[0] = 0;
  return kinds;
}

constexpr auto kinds = make_kinds();

bool is(char c, Kind kind) { return (kinds[static_cast<unsigned char>(c)] & kind) != 0; }

bool all(std::string_view text, Kind kind) {
  return std::ranges::all_of(text, [kind](char c) { return is(c, kind); });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<ParseError> refuse(int status, const char* reason) { return ParseError{status, reason}; }

std::optional<ParseError> check_version(std::string_view version) {
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) || version[6] != '.' ||
      !is_digit(version[7])) {
    return refuse(400, "bad HTTP version");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse(505, "HTTP version other than 1.0 and 1.1");
  return std::nullopt;
}

// Calls `visit` with each trimmed element of a comma-separated list until it returns false.
template <class Visit>
void for_each_element(std::string_view list, Visit visit) {
  for (;;) {
    const auto comma = list.find(',');
    if (!visit(text::trim(list.substr(0, comma))) || comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

// The status for a Transfer-Encoding that is not exactly `chunked`: 501 where it names registered codings in a
// permissible way (RFC 9112 6.1), else 400 (RFC 9112 6.3).
std::optional<ParseError> refuse_coding(std::string_view codings) {
  constexpr std::array<std::string_view, 6> registered{"gzip",       "x-gzip",  "compress",
                                                       "x-compress", "deflate", "identity"};
  bool known = true;
  bool chunked = false;
  for_each_element(codings, [&](std::string_view coding) {
    known = known && !chunked;
    chunked = coding == "chunked";
    known = known && (chunked || std::ranges::find(registered, coding) != registered.end());
    return known;
  });
  return known ? refuse(501, "transfer coding other than chunked") : refuse(400, "bad Transfer-Encoding");
}

// Reads the headers that matter to the framing in one pass.
class HeaderCheck {
 public:
  std::optional<ParseError> add(std::string_view name, std::string_view field) {
    switch (name.size()) {  // most headers are told apart by their length alone
      case 4:
        if (text::iequals(name, "Host")) return add_host(field);
        break;
      case 6:
        if (text::iequals(name, "Expect")) return once(expect_, field, "more than one Expect");
        break;
      case 10:
        if (text::iequals(name, "Connection")) add_connection(field);
        break;
      case 12:
        if (text::iequals(name, "Content-Type")) return once(type_, field, "more than one Content-Type");
        break;
      case 13:
        if (text::iequals(name, "Authorization")) return once(authorization_, field, "more than one Authorization");
        break;
      case 14:
        if (text::iequals(name, "Content-Length")) return once(length_, field, "more than one Content-Length");
        break;
      case 17:
        if (text::iequals(name, "Transfer-Encoding")) return once(coding_, field, "more than one Transfer-Encoding");
        break;
      default:
        break;
    }
    return std::nullopt;
  }

  std::optional<ParseError> finish(bool http_1_0, Request& request, Framing& framing) const {
    if (!host_ && !http_1_0) return refuse(400, "no Host");
    if (coding_ && length_) return refuse(400, "both Transfer-Encoding and Content-Length");
    if (coding_ && http_1_0) return refuse(400, "Transfer-Encoding on HTTP/1.0");
    if (coding_ && *coding_ != "chunked") return refuse_coding(*coding_);
    if (length_ && !parse_length(*length_, framing.length)) return refuse(400, "bad Content-Length");
    framing.chunked = coding_.has_value();
    request.has_body = framing.chunked || framing.length > 0;
    // A connection with a client that old is closed after the reply whatever it asks for.
    request.keep_alive = !http_1_0 && !close_;
    if (expect_ && !http_1_0) {
      if (!text::iequals(*expect_, "100-continue")) return refuse(417, "unknown expectation");
      request.expects_continue = request.has_body;
    }
    return std::nullopt;
  }

 private:
  using Field = std::optional<std::string_view>;

  static std::optional<ParseError> once(Field& place, std::string_view field, const char* problem) {
    if (place) return refuse(400, problem);
    place = field;
    return std::nullopt;
  }

  std::optional<ParseError> add_host(std::string_view field) {
    if (!all(field, visible) || field.find(',') != std::string_view::npos) return refuse(400, "bad Host");
    return once(host_, field, "more than one Host");
  }

  void add_connection(std::string_view field) {
    for_each_element(field, [this](std::string_view option) {
      close_ = close_ || text::iequals(option, "close");
      return true;
    });
  }

  static bool parse_length(std::string_view text, std::uint64_t& length) {
    if (!std::ranges::all_of(text, is_digit)) return false;
    const char* begin = text.data();
    const char* end = begin + text.size();
    const auto [stop, error] = std::from_chars(begin, end, length);
    return error == std::errc() && stop == end;
  }

  bool close_ = false;
  Field host_;
  Field length_;
  Field coding_;
  Field expect_;
  Field type_;
  Field authorization_;
};

// Takes the line at the front, without its CRLF.
std::string_view take_line(std::string_view& block) {
  const auto end = block.find('\n');
  const auto line = block.substr(0, end - 1);
  block.remove_prefix(end + 1);
  return line;
}

// Takes a quoted-string (RFC 9110 5.6.4) off the front; false if there is none.
bool take_quoted(std::string_view& text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return true;
    }
    if (text[i] == '\\') ++i;
  }
  return false;
}

bool take_token(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is(text[n], token)) ++n;
  text.remove_prefix(n);
  return n > 0;
}

// chunk-ext without the white space that RFC 9112 only tolerates.
bool is_chunk_extension(std::string_view text) {
  while (!text.empty()) {
    if (!text.starts_with(';')) return false;
    text.remove_prefix(1);
    if (!take_token(text)) return false;
    if (!text.starts_with('=')) continue;
    text.remove_prefix(1);
    if (!(text.starts_with('"') ? take_quoted(text) : take_token(text))) return false;
  }
  return true;
}

}  // namespace

bool is_token_char(char c) { return is(c, token); }

std::optional<ParseError> check_request_line(std::string_view line) {
  const auto method_end = line.find(' ');
  if (method_end == std::string_view::npos || method_end == 0 || !all(line.substr(0, method_end), token)) {
    return refuse(400, "bad request method");
  }
  line.remove_prefix(method_end + 1);
  const auto target_end = line.find(' ');
  if (target_end == std::string_view::npos) return refuse(400, "no HTTP version");
  if (target_end == 0 || !all(line.substr(0, target_end), visible)) return refuse(400, "bad request target");
  return check_version(line.substr(target_end + 1));
}

std::optional<ParseError> check_header_line(std::string_view line) {
  if (line.starts_with(' ') || line.starts_with('\t')) return refuse(400, "folded header line");
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return refuse(400, "header line without a colon");
  if (colon == 0 || !all(line.substr(0, colon), token)) return refuse(400, "bad header name");
  if (!all(line.substr(colon + 1), value)) return refuse(400, "control character in a header");
  return std::nullopt;
}

std::optional<ParseError> check_headers(std::string_view block, Request& request, Framing& framing) {
  const bool http_1_0 = take_line(block).ends_with('0');
  HeaderCheck check;
  for (auto line = take_line(block); !line.empty(); line = take_line(block)) {
    const auto colon = line.find(':');
    if (auto problem = check.add(line.substr(0, colon), text::trim(line.substr(colon + 1)))) return problem;
  }
  return check.finish(http_1_0, request, framing);
}

std::optional<ParseError> check_chunk_line(std::string_view line, std::uint64_t& size) {
  const char* begin = line.data();
  const auto [stop, error] = std::from_chars(begin, begin + line.size(), size, 16);
  if (error != std::errc()) return refuse(400, "bad chunk size");
  const auto extension = line.substr(static_cast<std::size_t>(stop - begin));
  if (!all(extension, value) || !is_chunk_extension(extension)) return refuse(400, "bad chunk extension");
  return std::nullopt;
}

}  // namespace winrmd::http

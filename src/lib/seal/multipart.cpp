#include "lib/seal/multipart.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include "lib/seal/protocol_name.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::seal {
namespace {

constexpr std::size_t split_size = 4;

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t result = 0;
  for (std::size_t i = split_size; i-- > 0;) result = result << 8 | static_cast<unsigned char>(bytes[i]);
  return result;
}

// SPNEGO and Kerberos name the same kind of context.
bool same_family(Protocol a, Protocol b) { return (a == Protocol::credssp) == (b == Protocol::credssp); }

class Parser {
 public:
  Parser(const MediaType& media_type, std::string_view body)
      : media_type_(media_type),
        delimiter_("--" + media_type.boundary),
        spaced_("-- " + media_type.boundary),
        rest_(body) {}

  Result<Message> run() {
    Message message;
    do {
      if (message.parts.size() == max_parts) return fail("too many parts in a sealed message");
      auto part = pair(message);
      if (!part) return std::unexpected(part.error());
      message.parts.push_back(*part);
    } while (!at_end());
    if (!closed_) return fail("a sealed message without its last delimiter");
    return message;
  }

 private:
  Result<Part> pair(Message& message);
  Result<Part> description(Message& message);
  Result<std::string_view> sealed(const Part& part) const;
  Result<std::string_view> gss_bytes(const Part& part) const;
  Result<std::string_view> tls_records() const;
  [[nodiscard]] std::optional<std::string_view> up_to_the_end(std::string_view bytes) const;

  // Takes a line without its CRLF.
  std::optional<std::string_view> line() {
    const auto end = rest_.substr(0, max_part_line + 2).find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const auto result = rest_.substr(0, end);
    rest_.remove_prefix(end + 2);
    return result;
  }
  [[nodiscard]] std::size_t delimiter_at(std::string_view bytes) const {
    if (bytes.starts_with(delimiter_)) return delimiter_.size();
    return bytes.starts_with(spaced_) ? spaced_.size() : 0;
  }
  // A delimiter, perhaps after an empty line, follows.
  [[nodiscard]] bool ends_here(std::string_view bytes) const {
    if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
    return delimiter_at(bytes) > 0;
  }
  bool take_delimiter() {
    const auto size = delimiter_at(rest_);
    if (size == 0 || !rest_.substr(size).starts_with("\r\n")) return false;
    rest_.remove_prefix(size + 2);
    return true;
  }
  // Takes the closing delimiter where there is one, and empty lines around it; true when nothing else follows.
  bool at_end() {
    skip_empty_lines();
    const auto size = delimiter_at(rest_);
    closed_ = size > 0 && rest_.substr(size).starts_with("--");
    if (!closed_) return rest_.empty();
    rest_.remove_prefix(size + 2);
    skip_empty_lines();
    return rest_.empty();
  }
  void skip_empty_lines() {
    while (rest_.starts_with("\r\n")) rest_.remove_prefix(2);
  }

  const MediaType& media_type_;
  std::string delimiter_;
  std::string spaced_;  // as Exchange's front ends write it
  std::string_view rest_;
  bool closed_ = false;
};

struct Field {
  std::string_view name;
  std::string_view value;
};

std::optional<Field> field_of(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return Field{.name = text::trim(line.substr(0, colon)), .value = text::trim(line.substr(colon + 1))};
}

// `type=application/soap+xml;charset=UTF-8;Length=1234`: what is between is the type.
bool read_original_content(std::string_view value, std::string_view& type, std::size_t& length) {
  constexpr std::string_view type_name = "type=";
  constexpr std::string_view length_name = "length=";
  if (!text::istarts_with(value, type_name)) return false;
  value.remove_prefix(type_name.size());
  const auto semicolon = value.rfind(';');
  if (semicolon == std::string_view::npos) return false;
  type = text::trim(value.substr(0, semicolon));
  auto number = text::trim(value.substr(semicolon + 1));
  if (!text::istarts_with(number, length_name)) return false;
  number.remove_prefix(length_name.size());
  const auto* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, length);
  return error == std::errc() && stop == end && length <= max_announced && !type.empty();
}

// The first part of a pair, up to and with the delimiter of the second.
Result<Part> Parser::description(Message& message) {
  Part part;
  std::string_view type;
  bool named = false;
  for (std::size_t lines = 0; !take_delimiter(); ++lines) {
    const auto text = lines < max_part_lines ? line() : std::nullopt;
    const auto field = text ? field_of(*text) : std::nullopt;
    if (!field) return fail("malformed part of a sealed message");
    if (text::iequals(field->name, "Content-Type")) {
      const auto protocol = protocol_named(field->value);
      if (named || !protocol || !same_family(*protocol, media_type_.protocol))
        return fail("a part of another protocol in a sealed message");
      named = true;
      message.tabs = text->starts_with('\t');
    } else if (text::iequals(field->name, "OriginalContent")) {
      if (!type.empty() || !read_original_content(field->value, type, part.length))
        return fail("malformed OriginalContent in a sealed message");
    }
  }
  if (!named || type.empty()) return fail("a sealed message that does not say what is in it");
  if (!message.parts.empty() && type != message.type) return fail("a sealed message of several types");
  message.type = type;
  return part;
}

Result<Part> Parser::pair(Message& message) {
  if (!take_delimiter()) return fail("a sealed message without a delimiter");
  auto part = description(message);
  if (!part) return part;
  const auto text = line();
  const auto field = text ? field_of(*text) : std::nullopt;
  if (!field || !text::iequals(field->name, "Content-Type") || !text::iequals(field->value, "application/octet-stream"))
    return fail("a sealed message whose second part is not octets");
  if (rest_.size() < split_size) return fail("a sealed message that ends early");
  part->split = little_endian(rest_);
  rest_.remove_prefix(split_size);
  const auto bytes = sealed(*part);
  if (!bytes) return std::unexpected(bytes.error());
  part->bytes = *bytes;
  rest_.remove_prefix(bytes->size());
  return part;
}

Result<std::string_view> Parser::sealed(const Part& part) const {
  return media_type_.protocol == Protocol::credssp ? tls_records() : gss_bytes(part);
}

// Where the announced length leads to a delimiter, there it ends. It does not with mechanisms that pad: then it is the
// last part.
Result<std::string_view> Parser::gss_bytes(const Part& part) const {
  if (part.split > rest_.size()) return fail("a sealed message whose header is longer than it is");
  const auto announced = std::size_t{part.split} + part.length;
  if (announced <= rest_.size() && ends_here(rest_.substr(announced))) return rest_.substr(0, announced);
  const auto last = up_to_the_end(rest_);
  if (!last || last->size() < part.split) return fail("a sealed message without its last delimiter");
  return *last;
}

// All but the closing delimiter and the empty lines after it.
std::optional<std::string_view> Parser::up_to_the_end(std::string_view bytes) const {
  while (bytes.ends_with("\r\n")) bytes.remove_suffix(2);
  if (!bytes.ends_with("--")) return std::nullopt;
  bytes.remove_suffix(2);
  for (const auto& delimiter : {delimiter_, spaced_}) {
    if (bytes.ends_with(delimiter)) return bytes.substr(0, bytes.size() - delimiter.size());
  }
  return std::nullopt;
}

// Whole TLS records, of which none begins like a delimiter.
Result<std::string_view> Parser::tls_records() const {
  constexpr std::size_t head = 5;
  auto rest = rest_;
  while (!ends_here(rest)) {
    if (rest.size() < head || rest[0] < 20 || rest[0] > 23 || rest[1] != 3)
      return fail("a sealed message that is not made of TLS records");
    const auto size =
        head + (std::size_t{static_cast<unsigned char>(rest[3])} << 8) + static_cast<unsigned char>(rest[4]);
    if (size > rest.size()) return fail("a sealed message that ends within a TLS record");
    rest.remove_prefix(size);
  }
  return rest_.substr(0, rest_.size() - rest.size());
}

}  // namespace

Result<Message> parse(const MediaType& media_type, std::string_view body) { return Parser(media_type, body).run(); }

}  // namespace winrmd::seal

#include "lib/credssp/der.hpp"

#include <fmt/format.h>

namespace winrmd::credssp::der {
namespace {

constexpr unsigned char long_form = 0x80;
constexpr std::size_t most_length_bytes = 4;

unsigned char byte(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// The number in big-endian bytes, without leading zero bytes; at least one byte.
std::string number_bytes(std::uint64_t value) {
  std::string bytes;
  do {
    bytes.insert(bytes.begin(), static_cast<char>(value & 0xFF));
    value >>= 8;
  } while (value != 0);
  return bytes;
}

}  // namespace

Result<std::string_view> Reader::take(unsigned char tag) {
  if (rest_.empty()) return fail(fmt::format("DER ends where an element with tag {:#x} should be", tag));
  if (byte(rest_, 0) != tag) return fail(fmt::format("DER tag {:#x} in place of {:#x}", byte(rest_, 0), tag));
  if (rest_.size() < 2) return fail("DER ends within a length");
  std::size_t size = byte(rest_, 1);
  std::size_t start = 2;
  if (size >= long_form) {
    const std::size_t count = size - long_form;
    if (count == 0 || count > most_length_bytes) return fail("DER length in a form that is not supported");
    if (rest_.size() < start + count) return fail("DER ends within a length");
    size = 0;
    for (std::size_t i = 0; i < count; ++i) size = size << 8 | byte(rest_, start + i);
    start += count;
    if (size < long_form || number_bytes(size).size() != count) return fail("DER length is not in its shortest form");
  }
  if (size > rest_.size() - start) return fail("DER element is longer than what is there");
  const auto contents = rest_.substr(start, size);
  rest_.remove_prefix(start + size);
  return contents;
}

Result<Reader> Reader::enter(unsigned char tag) {
  const auto contents = take(tag);
  if (!contents) return std::unexpected(contents.error());
  return Reader(*contents);
}

Result<std::string_view> Reader::take_only(unsigned char outer, unsigned char inner) {
  auto inside = enter(outer);
  if (!inside) return std::unexpected(inside.error());
  auto contents = inside->take(inner);
  if (contents && !inside->at_end()) return fail("DER element holds more than one");
  return contents;
}

Result<std::uint32_t> to_uint32(std::string_view contents) {
  if (contents.empty()) return fail("DER integer without a byte");
  const bool negative = (byte(contents, 0) & 0x80U) != 0;
  if (contents.size() > 1) {
    const bool next_is_high = (byte(contents, 1) & 0x80U) != 0;
    if ((byte(contents, 0) == 0 && !next_is_high) || (byte(contents, 0) == 0xFF && next_is_high)) {
      return fail("DER integer is not in its shortest form");
    }
    if (contents.size() > 5 || (contents.size() == 5 && byte(contents, 0) != 0))
      return fail("DER integer is too large");
  }
  std::uint32_t value = negative ? ~0U : 0U;
  for (std::size_t i = 0; i < contents.size(); ++i) value = value << 8 | byte(contents, i);
  return value;
}

std::string element(unsigned char tag, std::string_view contents) {
  std::string der(1, static_cast<char>(tag));
  if (contents.size() < long_form) {
    der += static_cast<char>(contents.size());
  } else {
    const auto length = number_bytes(contents.size());
    der += static_cast<char>(long_form + length.size());
    der += length;
  }
  return der.append(contents);
}

std::string integer(std::uint32_t value) {
  auto bytes = number_bytes(value);
  if ((byte(bytes, 0) & 0x80U) != 0) bytes.insert(bytes.begin(), '\0');
  return element(tag_integer, bytes);
}

std::string signed_integer(std::uint32_t value) {
  if (value < 0x80000000U) return integer(value);
  auto bytes = number_bytes(value);
  while (bytes.size() > 1 && byte(bytes, 0) == 0xFF && (byte(bytes, 1) & 0x80U) != 0) bytes.erase(bytes.begin());
  return element(tag_integer, bytes);
}

}  // namespace winrmd::credssp::der

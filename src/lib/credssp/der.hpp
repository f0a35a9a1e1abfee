// As much of DER as CredSSP's structures need: elements with one-byte tags and definite, shortest lengths.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::credssp::der {

inline constexpr unsigned char tag_integer = 0x02;
inline constexpr unsigned char tag_octets = 0x04;
inline constexpr unsigned char tag_sequence = 0x30;
// [number] EXPLICIT
constexpr unsigned char context_tag(unsigned number) { return static_cast<unsigned char>(0xA0 + number); }

// Walks through the elements of `der`, which must outlive what is taken.
class Reader {
 public:
  explicit Reader(std::string_view der) : rest_(der) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool next_is(unsigned char tag) const {
    return !rest_.empty() && static_cast<unsigned char>(rest_.front()) == tag;
  }
  // The contents of the next element, which must have this tag.
  Result<std::string_view> take(unsigned char tag);
  // The contents of the next element as a reader of its own.
  Result<Reader> enter(unsigned char tag);
  // The one element with tag `inner` in the next element, which has tag `outer`.
  Result<std::string_view> take_only(unsigned char outer, unsigned char inner);

 private:
  std::string_view rest_;
};

// The contents of an INTEGER that fits 32 bits. Negative numbers come as two's complement, as NTSTATUS codes do.
Result<std::uint32_t> to_uint32(std::string_view contents);

std::string element(unsigned char tag, std::string_view contents);
std::string integer(std::uint32_t value);         // as a number from 0 on
std::string signed_integer(std::uint32_t value);  // as the two's complement it is

}  // namespace winrmd::credssp::der

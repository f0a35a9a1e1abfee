// Header blocks of a request: collected, judged by mustUnderstand, and read into a Request. Internal to the library.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "lib/soap/request.hpp"

namespace winrmd::soap {

// The blocks whose content is looked at.
enum class Block : std::uint8_t {
  action,
  message_id,
  to,
  reply_to,
  fault_to,
  resource_uri,
  max_envelope_size,
  operation_timeout,
  locale,
  selector_set,
  option_set,
  fragment_transfer,
  request_epr,
  request_estimate,
  data_locale,
  session_id,
  compression_type,
  count,
};

// A fault names no more blocks than this.
inline constexpr std::size_t max_not_understood = 16;

struct Headers {
  std::array<const xml::Element*, static_cast<std::size_t>(Block::count)> blocks{};
  std::vector<NotUnderstood> not_understood;
  const xml::Element* repeated = nullptr;  // a block of the list above that is there twice

  [[nodiscard]] const xml::Element* operator[](Block block) const { return blocks[static_cast<std::size_t>(block)]; }
};

// Adds one block, in the order of the envelope.
void collect(Headers& headers, const xml::Element& block);

// xs:boolean in the spellings of real clients. Anything else than a clear "no" counts as "yes": the strict reading.
bool is_true(std::string_view value);
bool must_understand(const xml::Element& block);
bool is_nil(const xml::Element& element);

// Fill `request`; the fault says which header is wrong.
std::expected<void, Fault> read_headers(const Headers& headers, const Limits& limits, Request& request);
std::expected<void, Fault> read_options(const xml::Element& set, const Limits& limits, Request& request);

}  // namespace winrmd::soap

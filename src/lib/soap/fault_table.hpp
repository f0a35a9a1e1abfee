// Every code with a row of its own: how it looks as a SOAP fault, and its text. Internal to the library.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lib/soap/fault.hpp"

namespace winrmd::soap {

struct FaultEntry {
  FaultRow row;
  std::string_view text;
};

// The entry of a code; for a code without one s:Receiver / w:InternalError and a general text, with code 0.
const FaultEntry& fault_entry(std::uint32_t code);
std::span<const FaultEntry> fault_table();

}  // namespace winrmd::soap

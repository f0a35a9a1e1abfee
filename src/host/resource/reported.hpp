// What resource plug-ins report, checked and copied. Any thread, no lock held: it is the plug-in's memory. What
// libwsmsvc has checked is not checked again.
#pragma once

#include <optional>
#include <string>

#include "host/core/wsman.hpp"
#include "lib/ipc/messages_resource.hpp"

namespace winrmd::host {

// In bytes of UTF-8: more than the largest envelope can hold, and together less than one message to winrmd-net.
inline constexpr std::size_t max_object = std::size_t{3} << 20;
inline constexpr std::size_t max_reference = std::size_t{256} << 10;
// In UTF-16 units.
inline constexpr std::size_t max_resource_uri = 2048;
inline constexpr std::size_t max_selector_name = 1024;
inline constexpr std::size_t max_selector_value = std::size_t{64} << 10;
inline constexpr std::size_t max_selectors = 256;

// The one element that the text is, as UTF-8 that stands alone: without XML declaration and what surrounds the element.
// Nothing when it is too long, no UTF-16, or no well-formed XML within the limits of lib/xml.
std::optional<std::string> object_of(const WSMAN_DATA& text);

// Nothing when a text is missing, empty (a value may be), too long or no UTF-16, or there are too many selectors, or
// all of it is too long.
std::optional<ipc::ResourceReference> reference_of(const WSMAN_RESOURCE_REFERENCE& reference);

}  // namespace winrmd::host

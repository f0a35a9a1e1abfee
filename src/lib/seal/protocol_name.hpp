// Internal to the library.
#pragma once

#include <optional>
#include <string_view>

#include "lib/seal/media_type.hpp"

namespace winrmd::seal {

// The protocol with that media type, in any case.
std::optional<Protocol> protocol_named(std::string_view media_type);

}  // namespace winrmd::seal

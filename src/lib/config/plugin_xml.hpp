// A plug-in's registration in Windows' form: a PlugInConfiguration document. docs/plugin-configuration.md says what
// each attribute means here. Nothing in this header looks at the files that a registration names. Any thread may call.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"
#include "lib/config/settings.hpp"

namespace winrmd::config {

inline constexpr std::string_view plugin_namespace =
    "http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration";

// What is larger is refused unread. Inclusive, as all limits.
inline constexpr std::size_t max_plugin_xml = 1U << 20;               // bytes of one document
inline constexpr std::size_t max_plugin_name = 256;                   // bytes
inline constexpr std::size_t max_plugin_uri = 2048;                   // bytes of a resource URI
inline constexpr std::size_t max_plugin_sddl = 32'768;                // bytes of a security descriptor
inline constexpr std::size_t max_plugin_initialization = 256U << 10;  // bytes that Startup gets
inline constexpr std::size_t max_plugin_security = 64;                // Security elements of one resource

// The plug-in that a document registers. `text` is UTF-8, or UTF-16 with a byte order mark; `name` is what errors call
// it. An error reads `NAME:LINE: Element/@Attribute: what is wrong`. Variables in Filename are replaced by those of
// this process. `source` of the result is `name`.
Result<Plugin> read_plugin_xml(std::string_view text, std::string_view name);

// The document, UTF-8, that read_plugin_xml makes the same plug-in of. What Windows' form has no attribute for is left
// out: `disconnect`.
std::string write_plugin_xml(const Plugin& plugin);

// `text` with another value of the attribute Enabled and all else byte for byte as it was. `text` must be a
// PlugInConfiguration document; nothing else of it is checked. Errors are without a file name.
Result<std::string> set_enabled(std::string_view text, bool enabled);

}  // namespace winrmd::config

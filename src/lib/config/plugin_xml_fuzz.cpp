// Any bytes: a registration is refused with a reason, or what is written of it is read again as the same plug-in, and
// Enabled can be switched both ways. The same bytes are read as an application host's file, too.
#include <cstdint>
#include <cstdlib>

#include "lib/config/host_configuration.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/xml/document.hpp"

using namespace winrmd::config;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(std::string_view input, const Plugin& plugin) {
  const auto written = write_plugin_xml(plugin);
  const auto again = read_plugin_xml(written, "input");
  require(again.has_value() && *again == plugin);
  if (!plugin.initialization_xml.empty()) {
    require(winrmd::xml::Document::parse(plugin.initialization_xml).has_value());
  }
  for (const bool enabled : {false, true}) {
    const auto switched = set_enabled(input, enabled);
    require(switched.has_value());
    auto expected = plugin;
    expected.enabled = enabled;
    const auto read = read_plugin_xml(*switched, "input");
    require(read.has_value() && *read == expected);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto plugin = read_plugin_xml(input, "input");
  if (plugin) {
    check(input, *plugin);
  } else {
    require(plugin.error().message.starts_with("input:"));
  }
  Document errors("input", false);
  Claims claims;
  const auto host = read_host_configuration(input, errors, claims);
  require(errors.failed() ? errors.error().starts_with("input:") : host.refresh_interval.value.count() >= 1000);
  return 0;
}

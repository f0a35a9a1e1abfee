// An object and a path that a client sent. The path is the first line, the object the rest: whatever is accepted is one
// element of XML again.
#include <cstdint>
#include <cstdlib>

#include "lib/xml/document.hpp"
#include "representation.hpp"

using namespace config_tree;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  const auto path = text.substr(0, line);
  const auto object = text.substr(line + 1);
  if (const auto leaves = read_object(object, "Config")) {
    const auto again = write_object("Config", base_uri, *leaves);
    if (!winrmd::xml::Document::parse(again) && leaves->size() < 100) std::abort();
  }
  const auto picked = pick_fragment(object, path);
  if (picked && !winrmd::xml::Document::parse(*picked)) std::abort();
  const auto wrapped = wrap_fragment("Config", base_uri, path, object);
  if (wrapped && path.size() < 100 && !winrmd::xml::Document::parse(*wrapped)) std::abort();
  return 0;
}

// Any text is refused or read, what was read is written and read as the same, and the access check ends.
#include <cstdlib>

#include "lib/sddl/access.hpp"
#include "lib/sddl/sddl.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace winrmd::sddl;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::optional<Sid> domain = Sid{5, {21, 1, 2, 3}};
  for (const auto& relative_to : {std::optional<Sid>(), domain}) {
    const auto descriptor = parse(text, relative_to);
    if (!descriptor) {
      if (!descriptor.error().message.starts_with("character ")) std::abort();
      continue;
    }
    const auto written = format(*descriptor, relative_to);
    // What was just at the limit may be written longer.
    if (written.size() <= max_text_size && parse(written, relative_to) != *descriptor) std::abort();
    const auto everybody = [](const Sid&) { return true; };
    const auto nobody = [](const Sid&) { return false; };
    const bool open = descriptor->dacl && descriptor->dacl->is_null;
    grants(*descriptor, everybody, right::generic_all);
    if (grants(*descriptor, nobody, right::generic_read) && !open) std::abort();
  }
  return 0;
}

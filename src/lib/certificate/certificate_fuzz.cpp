// A certificate as a client may send it: no crash, and names that come out are clean UTF-8 text, few enough.
#include <cstdint>
#include <cstdlib>

#include "lib/certificate/certificate.hpp"
#include "lib/text/utf.hpp"

namespace {

void check(const std::string& text) {
  if (!winrmd::text::is_utf8(text) || text.contains('\0') || text.contains('\n')) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto description = winrmd::certificate::describe({reinterpret_cast<const char*>(data), size});
  if (!description) return 0;
  check(description->subject);
  check(description->issuer);
  check(description->common_name);
  if (description->thumbprint.size() != 40) std::abort();
  for (const auto* names : {&description->upns, &description->emails, &description->dns, &description->uris}) {
    if (names->size() > winrmd::certificate::max_names) std::abort();
    for (const auto& name : *names) check(name);
  }
  return 0;
}

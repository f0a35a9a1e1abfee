// UTF-8, UTF-16, base64, durations and dates from arbitrary bytes: no crash, and whatever is accepted survives the way
// back.
#include <cstdint>
#include <cstdlib>

#include "lib/text/base64.hpp"
#include "lib/text/date_time.hpp"
#include "lib/text/duration.hpp"
#include "lib/text/utf.hpp"

using namespace winrmd::text;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);

  const auto utf16 = to_utf16(bytes);
  if (utf16.has_value() != is_utf8(bytes)) std::abort();
  if (utf16 && to_utf8(*utf16).value() != bytes) std::abort();
  for (const auto order : {ByteOrder::little, ByteOrder::big}) {
    const auto utf8 = utf16_bytes_to_utf8(bytes, order);
    if (utf8 && (!is_utf8(*utf8) || to_utf16(*utf8)->size() * 2 != size)) std::abort();
  }

  if (base64_decode(base64_encode(bytes)).value() != bytes) std::abort();
  if (const auto decoded = base64_decode(bytes)) {
    if (base64_decode(base64_encode(*decoded)).value() != *decoded) std::abort();
  }

  if (const auto duration = parse_duration(bytes)) {
    if (parse_duration(format_seconds(*duration)).value() != *duration) std::abort();
  }
  if (const auto date = parse_date_time(bytes)) {
    if (*date > parse_date_time("0001-01-02T00:00:00Z").value() &&
        *date < parse_date_time("9999-12-31T00:00:00Z").value() &&
        parse_date_time(format_date_time(*date)).value() != *date) {
      std::abort();
    }
  }
  return 0;
}

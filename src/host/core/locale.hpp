// The language a client asked for, as Windows plug-ins see it: a LANGID on the thread that calls them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace winrmd::host {

inline constexpr std::uint16_t default_langid = 0x0409;  // en-US

// `name` as in `de-DE`; an unknown region falls back to the language, an unknown language to default_langid.
std::uint16_t langid(std::string_view name);

// The locale of the current thread: what the last LocaleScope set, else the default with an empty name.
std::uint16_t thread_langid();
// UTF-16, ends with a zero, lives as long as the thread; empty when no client asked for anything.
const std::u16string& thread_locale_name();

// Sets the current thread's locale for one call into a plug-in.
class LocaleScope {
 public:
  explicit LocaleScope(std::string_view name);
  ~LocaleScope();
  LocaleScope(const LocaleScope&) = delete;
  LocaleScope& operator=(const LocaleScope&) = delete;
};

}  // namespace winrmd::host

#include "settings.hpp"

#include <charconv>
#include <cstdio>
#include <string>

namespace {

[[noreturn]] void refuse(const std::string& why) {
  static_cast<void>(std::fprintf(stderr, "authz-http: %s\n", why.c_str()));
  throw wsman::Error(ERROR_INVALID_PARAMETER);
}

template <typename Number>
void take(const wsman::Startup& startup, const char* name, Number least, Number largest, Number& value) {
  const auto text = startup.parameter(name);
  if (!text) return;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < least || value > largest) {
    refuse(std::string("the parameter '") + name + "' is no number from " + std::to_string(least) + " to " +
           std::to_string(largest));
  }
}

bool begins(const std::string& text, const std::string& start) { return text.compare(0, start.size(), start) == 0; }

// In clear to this machine alone: whoever can answer in the policy service's place decides who gets in.
bool is_safe(const std::string& url) {
  if (begins(url, "https://")) return true;
  for (const char* host : {"http://127.0.0.1", "http://[::1]", "http://localhost"}) {
    const std::string start = host;
    if (begins(url, start) && (url.size() == start.size() || url[start.size()] == ':' || url[start.size()] == '/')) {
      return true;
    }
  }
  return false;
}

}  // namespace

Settings Settings::from(const wsman::Startup& startup) {
  Settings settings;
  settings.url = startup.parameter("url").value_or("");
  if (settings.url.empty()) refuse("the parameter 'url' is missing");
  // A user part would make "http://localhost:1@elsewhere/" look near.
  if (settings.url.find('@') != std::string::npos) refuse("the parameter 'url' must not hold a user or a '@'");
  if (!is_safe(settings.url)) refuse("the parameter 'url' is neither https nor on this machine");
  settings.ca_file = startup.parameter("ca").value_or("");
  long long timeout = settings.timeout.count();
  long long cache = settings.cache_lifetime.count();
  take(startup, "timeout_ms", 50LL, 4'000LL, timeout);
  take(startup, "cache_seconds", 0LL, 3'600LL, cache);
  take(startup, "threads", 1U, 64U, settings.threads);
  settings.timeout = std::chrono::milliseconds(timeout);
  settings.cache_lifetime = std::chrono::seconds(cache);
  return settings;
}

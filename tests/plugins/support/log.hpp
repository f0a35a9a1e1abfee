// What a probe saw and did, one JSON object a line, for the tests to read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace probe {

// The file that every line is appended to. Called at Startup, before other threads log.
void log_to(const std::string& file);

class Line {
 public:
  // Every line says process, thread and time as well.
  explicit Line(std::string_view event);
  Line& text(std::string_view name, std::string_view value);
  Line& text(std::string_view name, const char16_t* value);  // nullptr: null
  Line& number(std::string_view name, std::int64_t value);
  Line& pointer(std::string_view name, const void* value);  // as "0x…"
  Line& flag(std::string_view name, bool value);
  [[nodiscard]] std::string json() const { return json_ + "}"; }
  // Appends the line to the file, whole. Any thread.
  void write();

 private:
  void key(std::string_view name);
  std::string json_;
};

}  // namespace probe

#include "support/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "support/text.hpp"

namespace probe {
namespace {

std::string log_file;

void quote(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace

void log_to(const std::string& file) { log_file = file; }

Line::Line(std::string_view event) {
  json_ = "{\"event\":";
  quote(json_, event);
  number("pid", ::getpid());
  number("thread", ::gettid());
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  number("ms", std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

void Line::key(std::string_view name) {
  json_.push_back(',');
  quote(json_, name);
  json_.push_back(':');
}

Line& Line::text(std::string_view name, std::string_view value) {
  key(name);
  quote(json_, value);
  return *this;
}

Line& Line::text(std::string_view name, const char16_t* value) {
  if (value != nullptr) return text(name, std::string_view(utf8(value)));
  key(name);
  json_ += "null";
  return *this;
}

Line& Line::number(std::string_view name, std::int64_t value) {
  key(name);
  json_ += std::to_string(value);
  return *this;
}

Line& Line::pointer(std::string_view name, const void* value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "0x%zx", reinterpret_cast<std::size_t>(value));
  return text(name, std::string_view(digits));
}

Line& Line::flag(std::string_view name, bool value) {
  key(name);
  json_ += value ? "true" : "false";
  return *this;
}

void Line::write() {
  json_ += "}\n";
  const int fd = ::open(log_file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return;
  [[maybe_unused]] const auto written = ::write(fd, json_.data(), json_.size());
  ::close(fd);
}

}  // namespace probe

#include "lib/log/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include "lib/log/json.hpp"

namespace winrmd::log {
namespace {

std::atomic<Level> lowest{Level::info};

// Set before a second thread starts. No std::string: lines may be written while the process ends.
std::array<char, 32> process_name{};
std::size_t process_name_size = 0;

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

void append_time(std::string& out, std::int64_t now_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> now{milliseconds(now_ms)};
  const auto day = floor<days>(now);
  const year_month_day date(day);
  const hh_mm_ss time(now - day);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                 time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out += ',';
  append_json_string(out, name);
  out += ':';
  if (value.size() <= max_value_size) {
    append_json_string(out, value);
    return;
  }
  append_json_string(out, value.substr(0, max_value_size));
  out.insert(out.size() - 1, fmt::format("... ({} bytes)", value.size()));
}

struct AppendValue {
  std::string& out;
  std::string_view name;

  void operator()(std::string_view value) const { append_member(out, name, value); }
  void operator()(std::int64_t value) const { raw(fmt::format_int(value).c_str()); }
  void operator()(bool value) const { raw(value ? "true" : "false"); }

 private:
  void raw(std::string_view text) const {
    out += ',';
    append_json_string(out, name);
    out += ':';
    out += text;
  }
};

}  // namespace

void set_level(Level level) { lowest.store(level, std::memory_order_relaxed); }

Level level_from(std::string_view name) {
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    if (level_names[i] == name) return static_cast<Level>(i);
  }
  return Level::info;
}

void set_level_from_environment() {
  if (const char* name = std::getenv("WINRMD_LOG_LEVEL")) set_level(level_from(name));
  ::unsetenv("WINRMD_LOG_LEVEL");
}

void set_process(std::string_view name) { process_name_size = name.copy(process_name.data(), process_name.size()); }

std::string format(std::int64_t now_ms, std::string_view kind, std::string_view message,
                   std::initializer_list<Field> fields) {
  std::string line;
  line.reserve(256);
  line += "{\"time\":\"";
  append_time(line, now_ms);
  line += '"';
  append_member(line, "process", {process_name.data(), process_name_size});
  append_member(line, "level", kind);
  append_member(line, "message", message);
  for (const auto& field : fields) std::visit(AppendValue{line, field.name}, field.value);
  line += '}';
  return line;
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (level < lowest.load(std::memory_order_relaxed)) return;
  using namespace std::chrono;
  const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  std::string line = format(now, level_names[static_cast<std::size_t>(level)], message, fields);
  line += '\n';
  const int saved = errno;
  // A log that cannot be written is no reason to stop, and nothing here could say so.
  while (::write(STDERR_FILENO, line.data(), line.size()) < 0 && errno == EINTR) {
  }
  errno = saved;
}

}  // namespace winrmd::log

// Structured log lines: one JSON object a line, on standard error (which the supervisor gave the process), written with
// one write() so that lines of several processes do not mix. Values are escaped; secrets have no business here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace winrmd::log {

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, bool> value;
};

// Longer text values are cut there, with a note of their length: a peer must not fill the log.
inline constexpr std::size_t max_value_size = 4096;

enum class Level : std::uint8_t { debug, info, warning, error };

// Lines below this level are dropped (`info` until it is set). Any thread.
void set_level(Level level);
// `debug`, `info`, `warning` or `error`; info for anything else.
Level level_from(std::string_view name);
// The level that the supervisor gave this process in the variable WINRMD_LOG_LEVEL, which is removed, so that what the
// process starts does not see it. Before the second thread.
void set_level_from_environment();
// Name of the process in each line (`winrmd-net`; at most 32 bytes). Set once, before other threads log.
void set_process(std::string_view name);

// `message` is a fixed identifier such as `host_exited` (docs/administration.md explains each), not prose.
// Any thread; keeps errno; never fails (a line that cannot be written is lost).
void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});
inline void debug(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::debug, message, fields);
}
inline void info(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::info, message, fields);
}
inline void warning(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::warning, message, fields);
}
inline void error(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::error, message, fields);
}

// The line without its newline; what write() and the audit log put out. `kind` stands in the line as
// its level (`audit` for audit lines). `now_ms`: milliseconds since the epoch.
std::string format(std::int64_t now_ms, std::string_view kind, std::string_view message,
                   std::initializer_list<Field> fields);

}  // namespace winrmd::log

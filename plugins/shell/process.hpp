// One child process with pipes for its standard streams, leader of a process group of its own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "fd.hpp"

namespace text_shell {

struct Launch {
  std::string program{};                   // a path
  std::vector<std::string> arguments{};    // with the name of the program first
  std::vector<std::string> environment{};  // NAME=value
  std::string working_directory{};
  bool want_stdout = true;  // otherwise /dev/null
  bool want_stderr = true;
};

// Windows codes of what can go wrong.
inline constexpr std::uint32_t file_not_found = 0x80070002;
inline constexpr std::uint32_t access_denied = 0x80070005;
inline constexpr std::uint32_t not_enough_resources = 0x800705AA;
inline constexpr std::uint32_t bad_program_format = 0x800700C1;
inline constexpr std::uint32_t argument_list_too_long = 0x800700CE;
inline constexpr std::uint32_t bad_directory = 0x8007010B;

class Process {
 public:
  // Signals are at their defaults and unblocked in the child, and no other descriptor of this process is open there.
  static std::expected<Process, std::uint32_t> start(const Launch& launch);

  Process(Process&&) noexcept = default;
  Process& operator=(Process&&) = delete;
  ~Process();

  Fd input;          // writes do not block
  Fd output;         // reads do not block; empty where not wanted
  Fd error;          // likewise
  Fd exit_readable;  // becomes readable when the process has ended

  // To every process of the group. Safe at any time: the process is not reaped before this object ends, so its id
  // cannot belong to somebody else.
  void signal_group(int signal) const;

  // Exit code, or 128 plus the number of the signal that ended it; nothing while it runs.
  [[nodiscard]] std::optional<std::uint32_t> exit_code() const;

 private:
  explicit Process(pid_t pid) : pid_(pid) {}

  struct Pid {
    explicit Pid(pid_t value_) : value(value_) {}
    Pid(Pid&& other) noexcept : value(std::exchange(other.value, 0)) {}
    Pid& operator=(Pid&&) = delete;
    pid_t value;
  } pid_;
};

}  // namespace text_shell

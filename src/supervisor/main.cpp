// winrmd: the supervisor.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "lib/config/settings.hpp"
#include "lib/log/log.hpp"
#include "supervisor/options.hpp"
#include "supervisor/prepare.hpp"
#include "supervisor/try.hpp"

namespace winrmd::supervisor {
namespace {

Result<void> run(Options options) {
  if (options.mode == Mode::try_out) return run_try(std::move(options.try_out));
  auto settings = config::load(options.config);
  if (!settings) return std::unexpected(settings.error());
  if (options.mode == Mode::check) {
    const auto service = check_service(std::move(*settings));
    if (!service) return std::unexpected(service.error());
    fmt::print("{}: good\n", options.config);
    return {};
  }
  log::set_level(log::level_from(settings->log_level));
  auto service = prepare_service(std::move(*settings), options.config);
  if (!service) return std::unexpected(service.error());
  return Supervisor(std::move(*service)).run();
}

}  // namespace
}  // namespace winrmd::supervisor

int main(int argc, char** argv) {
  winrmd::log::set_process("winrmd");
  auto options = winrmd::supervisor::parse_command_line(argc, argv);
  if (!options) return options.error();
  // What goes wrong is said where the command was given, also when the log is a file.
  const auto terminal = winrmd::supervisor::duplicate(STDERR_FILENO);
  const auto result = winrmd::supervisor::run(std::move(*options));
  if (result) return 0;
  ::dprintf(terminal.get(), "winrmd: %s\n", result.error().message.c_str());
  return 1;
}

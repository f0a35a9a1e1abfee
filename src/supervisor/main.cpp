// winrmd: the supervisor.
#include <fmt/format.h>
#include <sys/prctl.h>

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
  auto service = prepare_service(std::move(*settings));
  if (!service) return std::unexpected(service.error());
  return Supervisor(std::move(*service)).run();
}

}  // namespace
}  // namespace winrmd::supervisor

int main(int argc, char** argv) {
  winrmd::log::set_process("winrmd");
  auto options = winrmd::supervisor::parse_command_line(argc, argv);
  if (!options) return options.error();
  const auto result = winrmd::supervisor::run(std::move(*options));
  if (result) return 0;
  fmt::print(stderr, "winrmd: {}\n", result.error().message);
  return 1;
}

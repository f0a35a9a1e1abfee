// winrmd-auth: started by the supervisor with the channel to it as descriptor 3. Holds the user file and the passwords
// of log-ins under way, and tells the supervisor who logged in.
#include <csignal>

#include "auth/server.hpp"
#include "lib/base/process.hpp"
#include "lib/gss/gss.hpp"
#include "lib/log/log.hpp"

namespace winrmd::auth {
namespace {

constexpr int supervisor_fd = 3;

Result<void> run() {
  ipc::Channel supervisor{Fd(supervisor_fd)};
  auto frame = supervisor.receive();
  if (!frame) return std::unexpected(frame.error());
  if (!*frame) return fail("the supervisor has closed the channel");
  const auto setup = ipc::decode<ipc::AuthSetup>(**frame);
  if (!setup) return std::unexpected(setup.error());
  if ((*frame)->fds.size() != 1) return fail("AuthSetup came without its descriptor");
  return Server(supervisor, *setup, std::move((*frame)->fds[0])).run();
}

}  // namespace
}  // namespace winrmd::auth

int main() {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for this signal
  winrmd::hide_memory();
  winrmd::log::set_process("winrmd-auth");
  winrmd::log::set_level_from_environment();
  winrmd::gss::set_up_process();
  if (const auto result = winrmd::auth::run(); !result) {
    winrmd::log::error("auth_failed", {{"error", result.error().message}});
    return 1;
  }
  return 0;
}

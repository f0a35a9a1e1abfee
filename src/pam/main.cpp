// winrmd-pam: started by the supervisor, as root, for one log-in. Descriptor 3 is the channel to winrmd-auth, in which
// the supervisor has left the first message. Answers once and ends.
#include <csignal>

#include "lib/base/process.hpp"
#include "lib/ipc/socket.hpp"
#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "pam/pam_check.hpp"

namespace winrmd::pam {
namespace {

constexpr int channel_fd = 3;

// The next message of that type. Nothing when the other end is gone, or says something else.
template <class M>
std::optional<M> take(ipc::Channel& channel) {
  auto frame = channel.receive();
  if (!frame || !*frame) return std::nullopt;
  auto message = ipc::decode<M>(**frame);
  text::wipe((*frame)->fields);
  if (!message) return std::nullopt;
  return std::move(*message);
}

int run() {
  ipc::Channel channel{Fd(channel_fd)};
  const auto setup = take<ipc::PamSetup>(channel);
  auto request = take<ipc::PamCheck>(channel);
  if (!setup || !request) return 0;  // the log-in is over already
  return channel.send(check(*setup, *request)) ? 0 : 1;
}

}  // namespace
}  // namespace winrmd::pam

int main() {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for this signal
  winrmd::hide_memory();
  winrmd::log::set_process("winrmd-pam");
  return winrmd::pam::run();
}

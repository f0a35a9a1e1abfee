// Frames and every message type from arbitrary bytes: no crash, and what decodes encodes to the same bytes again.
#include <cstdint>
#include <cstdlib>

#include "lib/ipc/frame.hpp"
#include "lib/ipc/messages_authz.hpp"
#include "lib/ipc/messages_control.hpp"
#include "lib/ipc/messages_login.hpp"
#include "lib/ipc/messages_shell.hpp"

using namespace winrmd::ipc;

namespace {

template <class M>
void try_decode(Frame& frame) {
  frame.type = static_cast<std::uint16_t>(M::type);
  const auto message = decode<M>(frame);
  if (!message) return;
  FrameReader reader;
  reader.add(encode(*message, frame.id));
  auto again = reader.next();
  if (!again || !*again || (*again)->fields != frame.fields) std::abort();
}

template <class... Messages>
void try_all(Frame& frame) {
  (try_decode<Messages>(frame), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FrameReader reader;
  reader.add({reinterpret_cast<const char*>(data), size});
  for (;;) {
    auto frame = reader.next();
    if (!frame || !*frame) return 0;
    try_all<NetSetup, AuthSetup, HostSetup, StartHost, HostStarted, EndHost, HostExited, MintLogin, MintAccount,
            TokenMinted, DescribeToken, TokenDescribed, ReleaseToken, Stop, Login, LoginResult, AuthzUser,
            AuthzOperation, AuthzCompleted, AuthzReleaseContext, ShellCreate, CommandCreate, StreamSend, StreamReceive,
            Received, Undelivered, Signal, ShellDelete, ShellEnded, CommandEnded, Failed, Done>(**frame);
  }
}

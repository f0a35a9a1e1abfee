// Where a connection came in and from.
#pragma once

#include <memory>
#include <string>

#include "lib/ipc/messages_control.hpp"

namespace winrmd::net {

struct Origin {
  std::string peer;  // address without port
  // What the listener offers and asks for; without its key.
  std::shared_ptr<const ipc::ListenerSetup> listener = std::make_shared<const ipc::ListenerSetup>();
  std::string channel_binding{};  // of its TLS certificate, see tls::ServerContext; empty without TLS

  [[nodiscard]] bool tls() const { return listener->tls; }
  // What is said here can be read on the way unless it is sealed, and that is not allowed.
  [[nodiscard]] bool needs_sealing() const { return !listener->tls && !listener->allow_unencrypted; }
};

}  // namespace winrmd::net

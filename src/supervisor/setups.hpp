// The first message of each child, made from the settings.
#pragma once

#include <string>
#include <vector>

#include "lib/config/settings.hpp"
#include "lib/ipc/messages_control.hpp"
#include "supervisor/requests.hpp"

namespace winrmd::supervisor {

// Certificate and key of a listener, as text.
struct Credentials {
  std::string certificate_pem{};
  std::string key_pem{};
  std::string client_ca_pem{};
};

// `credentials` has one entry for each listener of the settings, empty without TLS.
ipc::NetSetup make_net_setup(const config::Settings& settings, const std::vector<Credentials>& credentials,
                             bool privileged);
ipc::AuthSetup make_auth_setup(const config::Settings& settings, const std::vector<Credentials>& credentials,
                               bool privileged);
ipc::HostSetup make_host_setup(const config::Settings& settings, const HostPlan& plan);

// Reads the PEM files of all listeners. The error names the file.
Result<std::vector<Credentials>> read_credentials(const config::Settings& settings);

}  // namespace winrmd::supervisor

// What `winrmctl cert …` does.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::tools {

inline constexpr const char* default_certificate_file = "/etc/winrmd/tls.crt";
inline constexpr const char* default_key_file = "/etc/winrmd/tls.key";

struct CertificateRequest {
  std::string certificate = default_certificate_file;
  std::string key = default_key_file;
  std::vector<std::string> names;  // besides those of the host
  int days = 825;                  // what clients accept at most from a certificate that they are told to trust
  bool rsa = false;
  bool force = false;  // take the place of files that are there
};

// The names that clients on this network may call this host by: host name, full name, `localhost`.
std::vector<std::string> host_names();

// Makes a self-signed certificate and its key, and writes both: the key with mode 0600. Without `force` nothing is
// written over. The text says what was made and what clients need.
Result<std::string> make_certificate(const CertificateRequest& request);

// What is in the file, and its thumbprints, as text.
Result<std::string> show_certificate(const std::string& file);

}  // namespace winrmd::tools

// Listeners as Windows counts them: one for an address and a transport. `*` stands for the unspecified addresses of
// IPv4 and IPv6, which are two [[listener]]s here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/settings.hpp"
#include "outcome.hpp"

namespace config_tree {

struct ListenerGroup {
  std::string address;  // `*` or `IP:...`
  bool tls = false;
  std::uint16_t port = 0;
  std::vector<std::size_t> indexes;  // of the [[listener]]s
};

std::vector<ListenerGroup> group_listeners(const winrmd::config::Settings& settings);

// The numeric addresses that a selector means; IPv6 is left out of `*` on a host without it.
Outcome<std::vector<std::string>> addresses_of(const std::string& selector);

// SHA-1 of the first certificate of a PEM file, 40 upper-case hexadecimal digits; empty when it cannot be read.
std::string thumbprint_of(const std::string& file);

// Addresses of this host that a listener can be reached at.
std::vector<std::string> listening_on(const std::string& address);

}  // namespace config_tree

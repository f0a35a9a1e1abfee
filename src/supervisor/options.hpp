// The command line of winrmd. command_line.cpp is the one file here that includes CLI11.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace winrmd::supervisor {

struct TryUser {
  std::string name;
  std::string password;
  bool admin = false;
};

struct TryPlugin {
  std::string file;
  std::string uri;
};

struct TryOptions {
  std::uint16_t port = 0;  // 0: any free one
  std::uint16_t https_port = 0;
  std::vector<TryUser> users;
  std::vector<TryPlugin> plugins;
  std::string authz;  // empty: none
  std::vector<std::pair<std::string, std::string>> authz_parameters;
  bool json = false;
  bool as_root = false;
  bool verbose = false;
};

enum class Mode : std::uint8_t { service, check, try_out };

struct Options {
  Mode mode = Mode::service;
  std::string config;
  TryOptions try_out;
};

// The options, or the status to exit with when everything has been said already (help, version, a usage error).
std::expected<Options, int> parse_command_line(int argc, char** argv);

}  // namespace winrmd::supervisor

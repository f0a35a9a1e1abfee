// What `winrmctl plugin check` was asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace winrmd::tools::check {

enum class Kind : std::uint8_t { authorization, shell, resource };

struct Options {
  std::string file;                       // the library
  std::string kind{};                     // `authz`, `shell`, `resource`; empty: found out from its entry points
  std::string config{};                   // PlugInConfiguration file to take the InitializationParameters from
  std::vector<std::string> parameters{};  // NAME=VALUE, instead
  std::vector<std::string> scenarios{};   // names; empty: all that suit the kind
  std::string user{};                     // who the clients log in as; empty: the account of this process
  std::string command = "echo winrmd";    // what shells are asked to run
  std::string resource_uri{};             // of a resource plug-in; empty: the first of `config`, or an invented one
  std::vector<std::string> selectors{};   // NAME=VALUE, of an instance that Get, Put and Invoke are aimed at
  std::string body = "<Check/>";          // XML that Create brings, and Put where nothing was read before
  std::string action{};                   // of Invoke; empty: an invented one
  std::optional<std::string> input{};     // XML that Invoke brings
  std::uint32_t timeout_ms = 5'000;       // for one answer
  std::uint32_t memory_mb = 1'024;
  bool json = false;
  bool list = false;     // print the scenarios and check nothing
  bool verbose = false;  // what the plug-in and its host write to standard error goes to ours

  [[nodiscard]] std::chrono::milliseconds timeout() const { return std::chrono::milliseconds(timeout_ms); }
};

}  // namespace winrmd::tools::check

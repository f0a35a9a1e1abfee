// `winrmd try`: a throw-away service for the current user.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/result.hpp"
#include "supervisor/options.hpp"

namespace winrmd::supervisor {

// Runs until a signal says stop; nothing it made is left afterwards. An error when it did not come up.
Result<void> run_try(TryOptions options);

// What is said once it is up.
struct TryReport {
  std::uint16_t port = 0;
  std::uint16_t https_port = 0;
  std::string ca;
  std::vector<TryUser> users;
};
std::string report_as_json(const TryReport& report);  // one line
std::string report_as_text(const TryReport& report);

}  // namespace winrmd::supervisor

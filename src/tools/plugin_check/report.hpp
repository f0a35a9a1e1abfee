// What a check says at its end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/plugin_check/findings.hpp"
#include "tools/plugin_check/sandbox.hpp"

namespace winrmd::tools::check {

struct PlayedScenario {
  std::string name;
  std::string trouble{};  // why it could not be played; empty: it was
  std::int64_t milliseconds = 0;
  std::vector<std::string> steps{};  // what happened in it, where the scenario says so
};

struct Report {
  std::string file;
  std::string_view kind;  // of plug-in
  Sandbox sandbox;
  std::uint32_t memory_mb = 0;
  std::vector<PlayedScenario> played;
  Findings findings;

  // 0: clean; 1: findings; 2: something could not be checked.
  [[nodiscard]] int status() const;
};

// For people, one line for each finding, with the rule it breaks.
std::string as_text(const Report& report);
// docs/plugin-check.md says what is in it.
std::string as_json(const Report& report);

}  // namespace winrmd::tools::check

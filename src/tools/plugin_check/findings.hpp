// What a check found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winrmd::tools::check {

// One way to break the contract, as the report explains it.
struct FindingKind {
  std::string_view name;
  std::string_view rule;  // in one sentence
  std::string_view page;  // below docs/
};

// Every kind there is, sorted by name. docs/plugin-check.md has a section of each.
const std::vector<FindingKind>& finding_kinds();
// Null for an unknown name.
const FindingKind* finding_kind(std::string_view name);

struct Finding {
  std::string kind;
  std::string scenario;
  std::string detail;

  bool operator==(const Finding&) const = default;
};

class Findings {
 public:
  // The same thing is kept once for each scenario.
  void add(std::string_view kind, std::string_view scenario, std::string_view detail);
  [[nodiscard]] bool has(std::string_view kind, std::string_view scenario) const;
  [[nodiscard]] const std::vector<Finding>& all() const { return all_; }
  [[nodiscard]] std::size_t count(std::string_view scenario) const;

 private:
  std::vector<Finding> all_;
};

}  // namespace winrmd::tools::check

#include "tools/plugin_check/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "tools/plugin_check/exports.hpp"
#include "tools/plugin_check/offspring.hpp"
#include "tools/plugin_check/report.hpp"
#include "tools/plugin_check/scenarios.hpp"
#include "tools/plugin_check/subject.hpp"

namespace winrmd::tools::check {
namespace {

constexpr int could_not_check = 2;

int complain(const std::string& message) {
  fmt::print(stderr, "winrmctl: {}\n", message);
  return could_not_check;
}

int list() {
  for (const Scenario& scenario : scenarios()) {
    std::string kinds;
    for (const Kind kind : scenario.kinds) kinds += fmt::format("{}{}", kinds.empty() ? "" : ", ", name_of(kind));
    fmt::print("{:<12} {:<10} {}\n", scenario.name, kinds, scenario.what);
  }
  return 0;
}

Result<std::vector<const Scenario*>> chosen(const Options& options, Kind kind) {
  std::vector<const Scenario*> suitable;
  for (const Scenario& scenario : scenarios()) {
    if (std::ranges::find(scenario.kinds, kind) != scenario.kinds.end()) suitable.push_back(&scenario);
  }
  // Nothing found where nothing was looked for would be no answer.
  if (suitable.empty()) return fail(fmt::format("there is no scenario for {} plug-ins", name_of(kind)));
  if (options.scenarios.empty()) return suitable;
  std::vector<const Scenario*> result;
  for (const auto& name : options.scenarios) {
    const auto found =
        std::ranges::find_if(suitable, [&name](const Scenario* scenario) { return scenario->name == name; });
    if (found == suitable.end()) {
      return fail(fmt::format("there is no scenario '{}' for {} plug-ins; --list names them", name, name_of(kind)));
    }
    result.push_back(*found);
  }
  return result;
}

PlayedScenario play(const Scenario& scenario, const Subject& subject, Findings& findings) {
  const auto began = Clock::now();
  Play play(subject, findings, std::string(scenario.name));
  scenario.play(play);
  play.stop();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
  return {.name = std::string(scenario.name),
          .trouble = play.trouble(),
          .milliseconds = took.count(),
          .steps = play.take_steps()};
}

}  // namespace

int check_plugin(const Options& options) {
  if (options.list) return list();
  if (options.file.empty()) return complain("say which library to check");
  Report report;
  const auto subject = make_subject(options, report.findings);
  if (!subject) return complain(subject.error().message);
  const auto wanted = chosen(options, subject->kind);
  if (!wanted) return complain(wanted.error().message);
  report.file = subject->file;
  report.kind = name_of(subject->kind);
  report.sandbox = subject->ground.sandbox;
  report.memory_mb = options.memory_mb;
  // What lacks an entry point is never started.
  if (report.findings.all().empty()) {
    adopt_orphans();
    for (const Scenario* scenario : *wanted) report.played.push_back(play(*scenario, *subject, report.findings));
  }
  fmt::print("{}", options.json ? as_json(report) : as_text(report));
  return report.status();
}

}  // namespace winrmd::tools::check

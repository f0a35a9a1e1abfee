#include "tools/plugin_check/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/log/json.hpp"

namespace winrmd::tools::check {
namespace {

std::string limits(const Report& report) {
  std::string text = "no new privileges";
  text += report.sandbox.network_taken ? ", no network"
                                       : fmt::format(", WITH THE NETWORK OF THIS SYSTEM ({})", report.sandbox.why_not);
  if (report.memory_mb != 0) text += fmt::format(", {} MiB of memory", report.memory_mb);
  return text;
}

// A plug-in that refuses everything breaks no rule, but nothing was checked: people should see it.
std::string refusals(const PlayedScenario& played) {
  std::string out;
  for (const auto& step : played.steps) {
    if (step.find(": 0x") == std::string::npos || step.ends_with(": 0x00000000")) continue;
    out += fmt::format("{}{}", out.empty() ? "; answered with an error: " : ", ", step);
  }
  return out;
}

std::string verdict(const Report& report) {
  const std::size_t count = report.findings.all().size();
  if (count == 1) return "1 finding";
  if (count > 1) return fmt::format("{} findings", count);
  return report.status() == 0 ? "nothing found" : "not everything could be checked";
}

std::string quoted(std::string_view text) {
  std::string out;
  log::append_json_string(out, text);
  return out;
}

template <class Items, class Format>
std::string list(const Items& items, Format&& format) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += format(item);
  }
  return out + "]";
}

}  // namespace

int Report::status() const {
  if (!findings.all().empty()) return 1;
  const auto failed = [](const PlayedScenario& one) { return !one.trouble.empty(); };
  return std::ranges::any_of(played, failed) ? 2 : 0;
}

std::string as_text(const Report& report) {
  std::string out = fmt::format("{} ({} plug-in; {})\n", report.file, report.kind, limits(report));
  const auto say_findings = [&](std::string_view scenario) {
    for (const Finding& finding : report.findings.all()) {
      if (finding.scenario != scenario) continue;
      out += fmt::format("    {}: {}\n", finding.kind, finding.detail);
      if (const auto* kind = finding_kind(finding.kind)) {
        out += fmt::format("      rule: {} (docs/plugin-check.md#{}, docs/{})\n", kind->rule, kind->name, kind->page);
      }
    }
  };
  say_findings("file");
  for (const PlayedScenario& one : report.played) {
    const auto count = report.findings.count(one.name);
    const std::string result = !one.trouble.empty() ? "NOT CHECKED: " + one.trouble
                               : count == 0         ? std::string("ok")
                                                    : fmt::format("{} found", count);
    out += fmt::format("  {:<12} {} ({} ms){}\n", one.name, result, one.milliseconds, refusals(one));
    say_findings(one.name);
  }
  return out + verdict(report) + "\n";
}

std::string as_json(const Report& report) {
  const auto finding = [](const Finding& one) {
    const auto* kind = finding_kind(one.kind);
    return fmt::format(R"({{"kind":{},"scenario":{},"detail":{},"rule":{},"page":{}}})", quoted(one.kind),
                       quoted(one.scenario), quoted(one.detail), quoted(kind == nullptr ? "" : kind->rule),
                       quoted(kind == nullptr ? "" : kind->page));
  };
  const auto scenario = [&](const PlayedScenario& one) {
    const std::string_view result = !one.trouble.empty()                   ? "not-checked"
                                    : report.findings.count(one.name) == 0 ? "ok"
                                                                           : "findings";
    return fmt::format(R"({{"name":{},"result":"{}","trouble":{},"milliseconds":{},"steps":{}}})", quoted(one.name),
                       result, quoted(one.trouble), one.milliseconds, list(one.steps, quoted));
  };
  constexpr std::array<std::string_view, 3> results{"clean", "findings", "not-checked"};
  return fmt::format(
      R"({{"version":1,"file":{},"kind":"{}","result":"{}","sandbox":{{"network":{},"memory_mb":{}}},"scenarios":{},"findings":{}}})"
      "\n",
      quoted(report.file), report.kind, results[static_cast<std::size_t>(report.status())],
      report.sandbox.network_taken ? "false" : "true", report.memory_mb, list(report.played, scenario),
      list(report.findings.all(), finding));
}

}  // namespace winrmd::tools::check

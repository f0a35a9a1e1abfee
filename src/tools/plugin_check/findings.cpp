#include "tools/plugin_check/findings.hpp"

#include <algorithm>

#include "lib/ipc/breach.hpp"

namespace winrmd::tools::check {
namespace {

namespace breach = ipc::breach;

constexpr std::string_view guide = "plugin-author.md";

}  // namespace

const std::vector<FindingKind>& finding_kinds() {
  static const std::vector<FindingKind> kinds{
      {breach::call_refused, "A function is called for what it is for, with arguments that it takes.", guide},
      {breach::completed_twice, "Every call is completed exactly once.", "reference/WSManPluginOperationComplete.md"},
      {breach::context_leaked, "A release entry point gives back what was reported.", guide},
      {breach::context_reported_twice, "A shell or command has one context.", "reference/WSManPluginReportContext.md"},
      {breach::crashed, "A plug-in does not end its host.", guide},
      {breach::does_not_load, "A plug-in is a library that loads, with its symbols resolved.", guide},
      {breach::entry_point_missing, "A plug-in exports every entry point of its kind.", "reference/README.md"},
      {breach::exception_thrown, "No C++ exception leaves an entry point or callback.", guide},
      {breach::exited, "A plug-in does not end its host.", guide},
      {breach::malformed_fault_xml, "Extended information that begins like XML is well formed.",
       "reference/WSManPluginOperationComplete.md"},
      {breach::memory_exhausted, "What a plug-in keeps is bounded.", guide},
      {breach::never_completed, "Every call is completed, at the latest when it is told to end.",
       "reference/WSManPluginOperationComplete.md"},
      {breach::never_returned, "Entry points and callbacks return soon.", guide},
      {breach::quota_kept, "A quota is copied before the completion returns, and never read again.",
       "reference/WSManPluginAuthzQueryQuotaComplete.md"},
      {breach::released_twice, "A release entry point gives back one report, not more.", guide},
      {breach::shutdown_blocked, "Shutdown returns.", "reference/WSManPluginShutdown.md"},
      {breach::shutdown_failed, "Shutdown returns NO_ERROR.", "reference/WSManPluginShutdown.md"},
      {breach::startup_failed, "Startup succeeds with the parameters of this check.",
       "reference/WSManPluginStartup.md"},
      {breach::text_not_utf16, "Texts are UTF-16 with a zero at their end.", guide},
      {breach::thread_assumption, "Entry points are called on any thread of the host.", guide},
      {breach::threads_left, "All threads of a plug-in have ended when Shutdown returns.",
       "reference/WSManPluginShutdown.md"},
      {breach::token_leaked, "A token that was asked for is handed over or closed.",
       "reference/WSManPosixTokenForAccount.md"},
      {breach::used_after_completion, "A request is not used after its completion.",
       "reference/WSManPluginOperationComplete.md"},
      {breach::used_after_release, "What the host passes in is valid until the completion; copy what you keep.", guide},
  };
  return kinds;
}

const FindingKind* finding_kind(std::string_view name) {
  const auto& kinds = finding_kinds();
  const auto found = std::ranges::find(kinds, name, &FindingKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

void Findings::add(std::string_view kind, std::string_view scenario, std::string_view detail) {
  Finding finding{.kind = std::string(kind), .scenario = std::string(scenario), .detail = std::string(detail)};
  // Some of it may be the plug-in's, and terminals obey what they read.
  std::ranges::replace_if(finding.detail, [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; }, '?');
  if (std::ranges::find(all_, finding) == all_.end()) all_.push_back(std::move(finding));
}

bool Findings::has(std::string_view kind, std::string_view scenario) const {
  return std::ranges::any_of(all_, [&](const Finding& one) { return one.kind == kind && one.scenario == scenario; });
}

std::size_t Findings::count(std::string_view scenario) const {
  return static_cast<std::size_t>(std::ranges::count(all_, scenario, &Finding::scenario));
}

}  // namespace winrmd::tools::check

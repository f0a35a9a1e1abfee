// What a check says at its end.
#include "tools/plugin_check/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace winrmd::tools::check {
namespace {

Report report() {
  Report report{.file = "/a/\"b\".so",
                .kind = "shell",
                .sandbox = {.network_taken = true},
                .memory_mb = 64,
                .played = {},
                .findings = {}};
  report.played.push_back({.name = "good", .milliseconds = 3, .steps = {"shell: 0x00000000"}});
  return report;
}

TEST(Report, CleanIsZero) {
  const auto clean = report();
  EXPECT_EQ(clean.status(), 0);
  EXPECT_EQ(as_text(clean),
            "/a/\"b\".so (shell plug-in; no new privileges, no network, 64 MiB of memory)\n"
            "  good         ok (3 ms)\nnothing found\n");
  EXPECT_EQ(as_json(clean),
            R"({"version":1,"file":"/a/\"b\".so","kind":"shell","result":"clean","sandbox":{"network":false,)"
            R"("memory_mb":64},"scenarios":[{"name":"good","result":"ok","trouble":"","milliseconds":3,)"
            R"("steps":["shell: 0x00000000"]}],"findings":[]})"
            "\n");
}

TEST(Report, FindingsAreOneWhateverElse) {
  auto found = report();
  found.findings.add("completed-twice", "good", "a \x1b[31m detail");
  found.played.push_back({.name = "threads", .trouble = "no process"});
  EXPECT_EQ(found.status(), 1);
  EXPECT_NE(as_text(found).find("    completed-twice: a "), std::string::npos);
  EXPECT_NE(as_text(found).find("docs/plugin-check.md#completed-twice"), std::string::npos);
  EXPECT_EQ(as_text(found).find('\x1b'), std::string::npos) << "a terminal obeys those";
  EXPECT_NE(as_json(found).find(R"("kind":"completed-twice","scenario":"good")"), std::string::npos);
}

TEST(Report, WhatWasNotCheckedIsTwo) {
  auto unchecked = report();
  unchecked.played.push_back({.name = "threads", .trouble = "no process"});
  EXPECT_EQ(unchecked.status(), 2);
  EXPECT_NE(as_text(unchecked).find("NOT CHECKED: no process"), std::string::npos);
}

TEST(Report, SaysWhatWasRefused) {
  auto refused = report();
  refused.played.front().steps.emplace_back("send: 0x00000032");
  EXPECT_EQ(refused.status(), 0);
  EXPECT_NE(as_text(refused).find("; answered with an error: send: 0x00000032\n"), std::string::npos);
}

TEST(Report, ANetworkThatCouldNotBeTakenIsSaid) {
  auto open = report();
  open.sandbox = {.network_taken = false, .why_not = "Operation not permitted"};
  EXPECT_NE(as_text(open).find("WITH THE NETWORK OF THIS SYSTEM (Operation not permitted)"), std::string::npos);
  EXPECT_NE(as_json(open).find(R"("network":true)"), std::string::npos);
}

TEST(Findings, TheSameThingIsKeptOnceForAScenario) {
  Findings findings;
  findings.add("crashed", "good", "SIGSEGV");
  findings.add("crashed", "good", "SIGSEGV");
  findings.add("crashed", "threads", "SIGSEGV");
  EXPECT_EQ(findings.all().size(), 2U);
  EXPECT_EQ(findings.count("good"), 1U);
}

TEST(FindingKinds, AreSortedAndKnown) {
  const auto& kinds = finding_kinds();
  EXPECT_TRUE(std::ranges::is_sorted(kinds, {}, &FindingKind::name));
  EXPECT_NE(finding_kind("crashed"), nullptr);
  EXPECT_EQ(finding_kind("dull"), nullptr);
}

}  // namespace
}  // namespace winrmd::tools::check

#include "tools/plugin_check/play.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <utility>

#include "lib/ipc/breach.hpp"
#include "lib/xml/document.hpp"
#include "tools/plugin_check/identity.hpp"
#include "tools/plugin_check/offspring.hpp"

namespace winrmd::tools::check {
namespace {

namespace breach = ipc::breach;

// The host gives the plug-in five seconds to stop, and then ends.
constexpr std::chrono::milliseconds stop_time{10'000};

// How a host ends by itself (host.hpp).
constexpr std::uint32_t code_load_failed = 0x8033809A;
constexpr int exit_stopped = 0;
constexpr int exit_bad_setup = 2;
constexpr int exit_calls_stuck = 3;
constexpr int exit_stop_stuck = 4;
constexpr int exit_exited = 5;
// How one ends that could not be started (sandbox.cpp).
constexpr int exit_setup_failed = 122;
constexpr int exit_exec_failed = 127;

bool looks_like_xml(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '<';
}

}  // namespace

Play::Play(const Subject& subject, Findings& findings, std::string scenario)
    : subject_(subject), findings_(findings), scenario_(std::move(scenario)) {}

Play::~Play() = default;

bool Play::start(std::uint32_t call_threads) {
  stop();
  ipc::HostSetup setup;
  setup.authorization = subject_.kind == Kind::authorization;
  setup.application = "wsman";
  setup.plugins.push_back({.name = "checked",
                           .file = subject_.file,
                           .initialization_xml = subject_.initialization_xml,
                           .quota = subject_.quota});
  setup.plugins.back().capabilities = subject_.capabilities;
  setup.token = "own";
  setup.identity = own_identity(options().user);
  setup.call_threads = call_threads;
  // So that a plug-in that never returns is not taken for one that never completes.
  setup.call_deadline_ms = options().timeout_ms / 2;
  auto started = HostProcess::start(subject_.ground, std::move(setup),
                                    [this](const auto& kind, const auto& detail) { breach(kind, detail); });
  if (!started) {
    trouble_ = started.error().message;
    good_ = false;
    return false;
  }
  host_ = std::move(*started);
  return true;
}

void Play::stop() {
  if (!host_) return;
  judge_ending(host_->stop(stop_time));
  host_.reset();
}

void Play::breach(const std::string& kind, const std::string& detail) {
  // Memory is what the sandbox gives; that the plug-in asks for more without end is the news.
  const bool no_memory = kind == breach::exception_thrown && detail.ends_with("std::bad_alloc");
  report(no_memory ? breach::memory_exhausted : std::string_view(kind), detail);
}

void Play::report(std::string_view kind, std::string_view detail) { findings_.add(kind, scenario_, detail); }

Outcome Play::wait(std::uint64_t id, std::string_view entry_point) {
  auto frame = host_->answer(id, Clock::now() + options().timeout());
  if (frame) return judge(std::move(*frame), entry_point);
  if (!host_->gone()) {
    report(breach::never_completed, fmt::format("{}: no answer within {} ms", entry_point, options().timeout_ms));
  }
  give_up();
  return {};
}

Outcome Play::judge(ipc::Frame frame, std::string_view entry_point) {
  Outcome outcome{.answered = true};
  if (const auto failed = ipc::decode<ipc::Failed>(frame)) {
    outcome.code = failed->code;
    judge_refusal(failed->code, failed->text, failed->from_plugin, entry_point);
  } else if (const auto authz = ipc::decode<ipc::AuthzCompleted>(frame)) {
    outcome.code = authz->error_code;
    judge_refusal(authz->error_code, authz->extended_information, authz->from_plugin, entry_point);
  } else if (const auto connected = ipc::decode<ipc::Connected>(frame)) {
    judge_text(connected->open_content, entry_point);
  }
  outcome.frame = std::move(frame);
  return outcome;
}

void Play::judge_refusal(std::uint32_t code, const std::string& text, bool from_plugin, std::string_view entry_point) {
  if (from_plugin) return judge_text(text, entry_point);
  if (code != code_load_failed) return;
  report(breach::does_not_load, text);
  give_up();
}

void Play::judge_text(const std::string& text, std::string_view entry_point) {
  if (!looks_like_xml(text)) return;
  const auto document = xml::Document::parse(text);
  if (document) return;
  report(breach::malformed_fault_xml, fmt::format("{}: {}", entry_point, document.error().message));
}

void compare_threads(Play& play, void (*live)(Play& play)) {
  std::array<std::vector<std::string>, 2> seen;
  for (const std::uint32_t threads : {16U, 1U}) {
    if (!play.start(threads)) return;
    live(play);
    play.stop();
    if (!play.good()) return;  // which says more than a comparison
    seen[threads == 1 ? 1 : 0] = play.take_steps();
  }
  const auto [fresh, one] = std::ranges::mismatch(seen[0], seen[1]);
  if (fresh == seen[0].end() && one == seen[1].end()) return;
  play.report(breach::thread_assumption,
              fmt::format("'{}' with each call on a thread of its own, '{}' with all calls on one",
                          fresh == seen[0].end() ? "nothing" : *fresh, one == seen[1].end() ? "nothing" : *one));
}

bool Play::explained() const {
  constexpr std::array kinds{breach::crashed,          breach::used_after_release, breach::exited,
                             breach::memory_exhausted, breach::never_returned,     breach::shutdown_blocked,
                             breach::never_completed};
  return std::ranges::any_of(kinds, [this](std::string_view kind) { return findings_.has(kind, scenario_); });
}

void Play::judge_ending(const HostProcess::Ending& ending) {
  const int status = ending.status;
  if (ending.killed) {
    if (!explained()) report(breach::never_returned, "the host did not end and was killed");
    return;
  }
  if (WIFSIGNALED(status)) {
    // The kernel's answer to memory it does not have, and not ours.
    const bool memory = WTERMSIG(status) == SIGKILL;
    if (!explained()) report(memory ? breach::memory_exhausted : breach::crashed, describe_status(status));
    return;
  }
  const int code = WEXITSTATUS(status);
  if (code == exit_setup_failed || code == exit_exec_failed || code == exit_bad_setup) {
    trouble_ = "winrmd-host could not be started in the sandbox";
  } else if (code == exit_stopped && ending.asked) {
    if (host_->tokens_held() > 0) {
      report(breach::token_leaked, fmt::format("{} tokens of WSManPosixTokenForAccount were neither handed over nor "
                                               "closed",
                                               host_->tokens_held()));
    }
  } else if (code == exit_calls_stuck || code == exit_stop_stuck) {
    if (!explained()) report(breach::never_returned, "the plug-in did not let its host stop");
  } else if (!findings_.has(breach::exited, scenario_)) {
    report(breach::exited,
           code == exit_exited ? "exit() was called" : fmt::format("the process ended with status {}", code));
  }
}

}  // namespace winrmd::tools::check

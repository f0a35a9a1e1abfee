// One scenario being played: a client with a fresh host, whose every answer is judged.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/ipc/messages_authz.hpp"
#include "lib/ipc/messages_shell.hpp"
#include "tools/plugin_check/findings.hpp"
#include "tools/plugin_check/host_process.hpp"
#include "tools/plugin_check/options.hpp"

namespace winrmd::tools::check {

// What is checked, the same for all scenarios.
struct Subject {
  const Options& options;
  Kind kind = Kind::shell;
  std::string file{};                // absolute
  std::string initialization_xml{};  // what Startup gets
  std::string resource_uri{};
  std::vector<ipc::Capability> capabilities{};  // of a resource plug-in
  bool connect = false;                         // it exports WSManPluginConnect
  bool quota = false;                           // ... WSManPluginAuthzQueryQuota
  Ground ground{};
};

// What came of a request.
struct Outcome {
  bool answered = false;
  std::uint32_t code = 0;  // of a refusal; 0: success
  ipc::Frame frame{};      // of the answer

  [[nodiscard]] bool ok() const { return answered && code == 0; }
};

inline constexpr std::uint32_t code_timed_out = 0x80338029;  // a Receive that has waited in vain

class Play {
 public:
  Play(const Subject& subject, Findings& findings, std::string scenario);
  ~Play();
  Play(const Play&) = delete;
  Play& operator=(const Play&) = delete;

  [[nodiscard]] const Subject& subject() const { return subject_; }
  [[nodiscard]] const Options& options() const { return subject_.options; }
  HostProcess& host() { return *host_; }

  // A fresh host, after the one before was stopped. `call_threads` 1: all calls on one thread; else each on a fresh
  // one. False: there is none, and nothing more can be played.
  bool start(std::uint32_t call_threads = 16);
  // Stops the host in good order and judges how it ended.
  void stop();
  // Nothing is wrong so far that makes the rest of the scenario meaningless.
  [[nodiscard]] bool good() const { return good_ && (!host_ || !host_->gone()); }
  // The scenario could not be played, for a reason that is no finding.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

  // Waits for the answer to a message. `entry_point`: who owes it; a request that is not answered in time is a finding.
  Outcome wait(std::uint64_t id, std::string_view entry_point);
  template <class M>
  Outcome ask(const M& message, std::string_view entry_point) {
    return wait(host().send(message), entry_point);
  }
  // The same for an answer of that type; nothing where it is another one or none.
  template <class A, class M>
  std::optional<A> ask_for(const M& message, std::string_view entry_point) {
    const auto outcome = ask(message, entry_point);
    if (!outcome.ok()) return std::nullopt;
    auto answer = ipc::decode<A>(outcome.frame);
    return answer ? std::optional(std::move(*answer)) : std::nullopt;
  }
  void report(std::string_view kind, std::string_view detail);
  // Something was never completed: what follows would wait for it again and again.
  void give_up() { good_ = false; }

  // What happened, step by step.
  void note(std::string step) { steps_.push_back(std::move(step)); }
  std::vector<std::string> take_steps() { return std::exchange(steps_, {}); }

 private:
  void breach(const std::string& kind, const std::string& detail);
  Outcome judge(ipc::Frame frame, std::string_view entry_point);
  void judge_refusal(std::uint32_t code, const std::string& text, bool from_plugin, std::string_view entry_point);
  void judge_text(const std::string& text, std::string_view entry_point);
  void judge_ending(const HostProcess::Ending& ending);
  [[nodiscard]] bool explained() const;

  const Subject& subject_;
  Findings& findings_;
  const std::string scenario_;
  std::unique_ptr<HostProcess> host_;
  bool good_ = true;
  std::string trouble_;
  std::vector<std::string> steps_;
};

// Plays `live` with each call on a thread of its own, and then with all calls on one. It notes steps; a difference is
// the plug-in's guess about threads.
void compare_threads(Play& play, void (*live)(Play& play));

}  // namespace winrmd::tools::check

// Many clients of a resource plug-in at a time.
#include <fmt/format.h>

#include <utility>
#include <vector>

#include "tools/plugin_check/resource_messages.hpp"
#include "tools/plugin_check/scenarios.hpp"

namespace winrmd::tools::check {
namespace {

using enum ipc::Capability;

constexpr int enumerations = 8;
constexpr int rounds = 8;  // of each operation
constexpr int max_pulls = 100;

struct Sent {
  std::uint64_t id = 0;
  std::string_view entry_point;
};

std::vector<std::string> open_some(Play& play) {
  std::vector<std::pair<std::string, std::uint64_t>> asked;
  for (int i = 0; i < enumerations && exports(play.subject(), enumerate); ++i) {
    const auto name = fmt::format("E{}", i);
    const auto kind = static_cast<ipc::ItemKind>(i % 3);
    asked.emplace_back(name, play.host().send(enumeration_open(play.subject(), name, kind)));
  }
  std::vector<std::string> open;
  for (const auto& [name, id] : asked) {
    if (play.good() && play.wait(id, "WSManPluginEnumerate").ok()) open.push_back(name);
  }
  return open;
}

std::vector<Sent> send_calls(Play& play) {
  const auto& subject = play.subject();
  std::vector<Sent> sent;
  for (int i = 0; i < rounds; ++i) {
    for (const auto operation : {create, get, put, invoke, remove}) {
      if (!exports(subject, operation)) continue;
      const auto instance = operation == remove ? invented_instance(subject) : wanted_instance(subject);
      sent.push_back({play.host().send(resource_call(subject, operation, instance)), entry_point_of(operation)});
    }
  }
  return sent;
}

// A piece of each in turn.
void pull_in_turn(Play& play, std::vector<std::string> open) {
  for (int i = 0; i < max_pulls && !open.empty() && play.good(); ++i) {
    std::vector<std::uint64_t> pulls;
    for (const auto& name : open) pulls.push_back(play.host().send(enumeration_pull(play.subject(), name)));
    std::vector<std::string> left;
    for (std::size_t n = 0; n < open.size() && play.good(); ++n) {
      const auto outcome = play.wait(pulls[n], "WSManPluginEnumerate");
      const auto items = items_of(outcome);
      if (items && !items->end) left.push_back(open[n]);
      if (outcome.code == code_timed_out) close_enumeration(play, open[n]);
    }
    open = std::move(left);
  }
  for (const auto& name : open) close_enumeration(play, name);
}

}  // namespace

void play_resource_concurrent(Play& play) {
  if (!play.start()) return;
  auto open = open_some(play);
  if (play.good()) {
    const auto sent = send_calls(play);
    pull_in_turn(play, std::move(open));
    for (const auto& [id, entry_point] : sent) {
      if (play.good()) play.wait(id, entry_point);
    }
  }
  play.stop();
}

}  // namespace winrmd::tools::check

// Clients of resources that give up, are late, or are gone, and hosts that stop.
#include <fmt/format.h>

#include <vector>

#include "tools/plugin_check/resource_messages.hpp"
#include "tools/plugin_check/scenarios.hpp"

namespace winrmd::tools::check {
namespace {

using enum ipc::Capability;

constexpr std::chrono::milliseconds moment{150};
constexpr std::uint32_t long_wait_ms = 5'000;

// Each operation that the plug-in has, aimed at what may be there; nothing is removed that somebody has made.
std::vector<ipc::ResourceCall> calls(const Subject& subject) {
  std::vector<ipc::ResourceCall> all;
  for (const auto operation : {get, put, create, remove, invoke}) {
    if (!exports(subject, operation)) continue;
    const auto instance = operation == remove ? invented_instance(subject) : wanted_instance(subject);
    all.push_back(resource_call(subject, operation, instance));
  }
  return all;
}

// An enumeration of which a piece was fetched; false: the plug-in has none.
bool begin(Play& play, const std::string& name) {
  if (!play.good() || !exports(play.subject(), enumerate)) return false;
  const auto open = enumeration_open(play.subject(), name, ipc::ItemKind::object_and_reference);
  if (!play.ask(open, "WSManPluginEnumerate").ok() || !play.good()) return false;
  const auto outcome = play.ask(enumeration_pull(play.subject(), name), "WSManPluginEnumerate");
  if (outcome.code == code_timed_out) return true;
  const auto items = items_of(outcome);
  return items && !items->end;
}

void cancel_calls(Play& play) {
  for (const auto& message : calls(play.subject())) {
    if (!play.good()) return;
    // Before it begins, most likely, and while it is under way.
    play.host().send_as(ipc::Cancel{}, play.host().send(message));
    const auto under_way = play.host().send(message);
    play.host().idle(moment);
    play.host().send_as(ipc::Cancel{}, under_way);
  }
}

void cancel_enumerations(Play& play) {
  const auto& subject = play.subject();
  if (!exports(subject, enumerate) || !play.good()) return;
  // Before it is open, and as soon as it is.
  play.host().send_as(ipc::Cancel{}, play.host().send(enumeration_open(subject, "UNWANTED")));
  play.host().send(enumeration_open(subject, "SHORT"));
  close_enumeration(play, "SHORT");
  // In the middle of reports, with a Pull that waits, and with a Pull that was given up.
  begin(play, "MIDDLE");
  close_enumeration(play, "MIDDLE");
  if (begin(play, "WAITING")) play.host().send(enumeration_pull(subject, "WAITING", long_wait_ms));
  close_enumeration(play, "WAITING");
  if (begin(play, "GIVEN-UP")) {
    const auto pull = play.host().send(enumeration_pull(subject, "GIVEN-UP", long_wait_ms));
    play.host().send_as(ipc::Cancel{}, pull);
    pull_all(play, "GIVEN-UP");
  }
}

// What a plug-in that lost count, or a thread, would no longer do.
void serve_the_next(Play& play) {
  for (const auto& message : calls(play.subject())) {
    if (play.good()) play.ask(message, entry_point_of(message.operation));
  }
  if (play.good() && exports(play.subject(), enumerate)) enumerate_all(play, enumeration_open(play.subject(), "NEXT"));
}

}  // namespace

void play_resource_cancelled(Play& play) {
  if (!play.start()) return;
  cancel_calls(play);
  cancel_enumerations(play);
  if (play.good()) play.host().idle(moment);
  serve_the_next(play);
  play.stop();
}

void play_resource_timed_out(Play& play) {
  if (!play.start()) return;
  const auto& subject = play.subject();
  for (auto message : calls(subject)) {
    if (!play.good()) break;
    message.details.operation_timeout_ms = 1;
    const auto late = play.host().send(message);
    play.host().idle(moment);
    play.host().send_as(ipc::Cancel{}, late);
  }
  if (begin(play, "LATE")) {
    // Clients ask again after each time-out.
    bool over = false;
    for (int i = 0; i < 5 && !over && play.good(); ++i) {
      const auto outcome = play.ask(enumeration_pull(subject, "LATE", 1), "WSManPluginEnumerate");
      const auto items = items_of(outcome);
      over = items ? items->end : outcome.code != code_timed_out;
    }
    if (!over) pull_all(play, "LATE");
  }
  // And one that nobody comes back to.
  if (begin(play, "EXPIRED")) play.host().idle(2 * moment);
  close_enumeration(play, "EXPIRED");
  if (play.good()) play.host().idle(moment);
  serve_the_next(play);
  play.stop();
}

void play_resource_restarted(Play& play) {
  // A host that nobody asked for anything, one that is stopped in the middle, and one whose winrmd-net is gone.
  for (int round = 0; round < 3; ++round) {
    if (!play.start()) return;
    if (round > 0) {
      if (begin(play, "E")) play.host().send(enumeration_pull(play.subject(), "E", long_wait_ms));
      begin(play, "F");
      if (!play.good()) return;
      for (const auto& message : calls(play.subject())) play.host().send(message);
    }
    if (round == 2) play.host().hang_up();
    play.stop();
    if (!play.good()) return;
  }
}

}  // namespace winrmd::tools::check

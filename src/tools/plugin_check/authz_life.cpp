// What every user of an application makes an authorization plug-in decide.
#include <fmt/format.h>

#include "tools/plugin_check/authz_messages.hpp"
#include "tools/plugin_check/scenarios.hpp"

namespace winrmd::tools::check {
namespace {

// Long enough for a plug-in's own thread to come round.
constexpr std::chrono::milliseconds moment{300};

void note(Play& play, std::string_view what, const Outcome& outcome) {
  play.note(outcome.answered ? fmt::format("{}: 0x{:08X}", what, outcome.code) : fmt::format("{}: no answer", what));
}

// Asks for everything about one user; whether the plug-in admits it is its own business.
void live(Play& play) {
  const auto& subject = play.subject();
  Contexts contexts(play);
  const auto ask = [&](std::string_view what, std::string_view entry_point, const auto& message) {
    if (!play.good()) return;
    const auto outcome = play.ask(message, entry_point);
    contexts.take(outcome);
    note(play, what, outcome);
  };
  ask("user", "WSManPluginAuthzUser", authz_user("one"));
  if (subject.quota) ask("quota", "WSManPluginAuthzQueryQuota", authz_quota("one"));
  ask("shell", "WSManPluginAuthzOperation", authz_operation(subject, "one"));
  ask("get", "WSManPluginAuthzOperation", authz_operation(subject, "one", operation_get));
  // The record is refreshed: asked again, and then the former contexts go.
  Contexts fresh(play);
  if (play.good()) fresh.take(play.ask(authz_user("one"), "WSManPluginAuthzUser"));
  contexts.release_all();
  ask("shell again", "WSManPluginAuthzOperation", authz_operation(subject, "one"));
  contexts.release_all();
  fresh.release_all();
}

}  // namespace

void play_authz_good(Play& play) {
  if (!play.start()) return;
  live(play);
  play.stop();
}

void play_authz_threads(Play& play) { compare_threads(play, live); }

void play_authz_quota(Play& play) {
  if (!play.subject().quota || !play.start()) return;
  Contexts contexts(play);
  contexts.take(play.ask(authz_user("one"), "WSManPluginAuthzUser"));
  if (play.good()) play.ask(authz_quota("one"), "WSManPluginAuthzQueryQuota");
  for (int i = 0; i < 3 && play.good(); ++i) {
    contexts.take(play.ask(authz_operation(play.subject(), "one"), "WSManPluginAuthzOperation"));
    play.host().idle(moment);
  }
  if (play.good()) contexts.release_all();
  play.stop();
}

}  // namespace winrmd::tools::check

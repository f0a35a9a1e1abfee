// Resources as well-behaved clients use them. A plug-in may refuse anything; what it was asked to make is removed
// again, and nothing else is.
#include <fmt/format.h>

#include <array>

#include "tools/plugin_check/resource_messages.hpp"
#include "tools/plugin_check/scenarios.hpp"

namespace winrmd::tools::check {
namespace {

using enum ipc::Capability;

// Asks for something that the plug-in exports, and notes what came of it.
Outcome ask(Play& play, std::string_view what, const ipc::ResourceCall& message) {
  if (!play.good() || !exports(play.subject(), message.operation)) return {};
  auto outcome = play.ask(message, entry_point_of(message.operation));
  play.note(outcome.answered ? fmt::format("{}: 0x{:08X}", what, outcome.code) : fmt::format("{}: no answer", what));
  return outcome;
}

std::optional<ipc::ResourceReference> create_one(Play& play) {
  const auto created = ask(play, "create", resource_call(play.subject(), create));
  if (!created.ok()) return std::nullopt;
  const auto result = ipc::decode<ipc::ResourceResult>(created.frame);
  return result ? result->reference : std::nullopt;
}

// In each mode. Gives back an instance that it named.
std::optional<ipc::ResourceReference> enumerate_in_each_mode(Play& play) {
  using enum ipc::ItemKind;
  struct Mode {
    ipc::ItemKind kind;
    std::string_view name;
  };
  std::optional<ipc::ResourceReference> found;
  if (!exports(play.subject(), enumerate)) return found;
  for (const auto& [kind, name] :
       {Mode{object, "objects"}, Mode{reference, "references"}, Mode{object_and_reference, "both"}}) {
    if (!play.good()) return found;
    const auto seen = enumerate_all(play, enumeration_open(play.subject(), fmt::format("E-{}", name), kind));
    if (seen.first) found = seen.first;
    const bool refused = seen.outcome.answered && seen.outcome.code != 0 && seen.outcome.code != code_timed_out;
    play.note(refused    ? fmt::format("enumerate {}: 0x{:08X}", name, seen.outcome.code)
              : seen.end ? fmt::format("enumerate {}: done", name)
                         : fmt::format("enumerate {}: no end", name));
  }
  return found;
}

// Reads it, and writes what was read.
void use(Play& play, const ipc::ResourceReference& instance) {
  const auto& subject = play.subject();
  const auto read = ask(play, "get", resource_call(subject, get, instance));
  auto write = resource_call(subject, put, instance);
  if (read.ok()) {
    if (const auto result = ipc::decode<ipc::ResourceResult>(read.frame)) write.body = result->object;
  }
  ask(play, "put", write);
  ask(play, "invoke", resource_call(subject, invoke, instance));
}

void live(Play& play) {
  const auto& subject = play.subject();
  const auto created = create_one(play);
  const auto listed = enumerate_in_each_mode(play);
  auto instance = wanted_instance(subject);
  if (instance.selectors.empty() && created) instance = *created;
  if (instance.selectors.empty() && !created && listed) instance = *listed;
  use(play, instance);
  ask(play, "delete", resource_call(subject, remove, created ? *created : invented_instance(subject)));
}

}  // namespace

void play_resource_good(Play& play) {
  if (!play.start()) return;
  live(play);
  play.stop();
}

void play_resource_threads(Play& play) {
  // What a first client leaves behind in a file must not be taken for a difference.
  if (!play.start()) return;
  live(play);
  play.stop();
  play.take_steps();
  if (play.good()) compare_threads(play, live);
}

}  // namespace winrmd::tools::check

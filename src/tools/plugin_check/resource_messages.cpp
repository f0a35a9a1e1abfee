#include "tools/plugin_check/resource_messages.hpp"

#include <algorithm>
#include <utility>

#include "tools/plugin_check/shell_messages.hpp"

namespace winrmd::tools::check {
namespace {

constexpr std::uint32_t pull_ms = 500;
constexpr int max_silent_pulls = 4;  // one after the other
// So many small pieces of one enumeration, and then so many large ones.
constexpr int small_pulls = 60;
constexpr int large_pulls = 200;

void note_first(Enumerated& seen, const ipc::EnumerationItems& items) {
  if (seen.first) return;
  const auto found = std::ranges::find_if(items.items, [](const auto& item) { return item.reference.has_value(); });
  if (found != items.items.end()) seen.first = found->reference;
}

}  // namespace

bool exports(const Subject& subject, ipc::Capability operation) {
  return std::ranges::find(subject.capabilities, operation) != subject.capabilities.end();
}

std::string_view entry_point_of(ipc::Capability operation) {
  using enum ipc::Capability;
  switch (operation) {
    case get:
      return "WSManPluginGet";
    case put:
      return "WSManPluginPut";
    case create:
      return "WSManPluginCreate";
    case remove:
      return "WSManPluginDelete";
    case invoke:
      return "WSManPluginInvoke";
    case enumerate:
      return "WSManPluginEnumerate";
    default:
      return {};
  }
}

ipc::RequestDetails resource_details(const Subject& subject) { return details(subject); }

ipc::ResourceReference wanted_instance(const Subject& subject) {
  ipc::ResourceReference instance;
  for (const auto& selector : subject.options.selectors) {
    const auto equals = selector.find('=');
    instance.selectors.push_back({.name = selector.substr(0, equals), .value = selector.substr(equals + 1)});
  }
  return instance;
}

ipc::ResourceReference invented_instance(const Subject& subject) {
  auto instance = wanted_instance(subject);
  if (instance.selectors.empty()) instance.selectors.push_back({.name = "Name", .value = {}});
  for (auto& [name, value] : instance.selectors) value = "winrmctl-plugin-check-invented-this";
  return instance;
}

ipc::ResourceCall resource_call(const Subject& subject, ipc::Capability operation,
                                const ipc::ResourceReference& instance) {
  using enum ipc::Capability;
  ipc::ResourceCall message;
  message.details = resource_details(subject);
  if (!instance.resource_uri.empty()) message.details.resource_uri = instance.resource_uri;
  message.details.selectors = instance.selectors;
  message.plugin = "checked";
  message.operation = operation;
  if (operation == put || operation == create) message.body = subject.options.body;
  if (operation == invoke) {
    message.body = subject.options.input;
    message.action = subject.options.action.empty() ? subject.resource_uri + "/Check" : subject.options.action;
  }
  return message;
}

ipc::EnumerationOpen enumeration_open(const Subject& subject, const std::string& name, ipc::ItemKind kind) {
  ipc::EnumerationOpen message;
  message.details = resource_details(subject);
  message.plugin = "checked";
  message.enumeration = name;
  message.kind = kind;
  return message;
}

ipc::EnumerationPull enumeration_pull(const Subject&, const std::string& name, std::uint32_t wait_ms) {
  return {.enumeration = name, .max_items = 2, .max_bytes = 2'000, .wait_ms = wait_ms};
}

ipc::EnumerationPull enumeration_pull(const Subject& subject, const std::string& name) {
  return enumeration_pull(subject, name, std::min(pull_ms, subject.options.timeout_ms / 2));
}

void close_enumeration(Play& play, const std::string& name) {
  if (play.good()) play.host().send(ipc::EnumerationClose{.enumeration = name});
}

std::optional<ipc::EnumerationItems> items_of(const Outcome& outcome) {
  if (!outcome.ok()) return std::nullopt;
  auto items = ipc::decode<ipc::EnumerationItems>(outcome.frame);
  if (!items) return std::nullopt;
  return std::move(*items);
}

Enumerated pull_all(Play& play, const std::string& name) {
  Enumerated seen;
  int silent = 0;
  for (int i = 0; i < small_pulls + large_pulls && silent < max_silent_pulls && play.good(); ++i) {
    auto pull = enumeration_pull(play.subject(), name);
    if (i >= small_pulls) {
      pull.max_items = 1'000;
      pull.max_bytes = 400'000;
    }
    seen.outcome = play.ask(pull, "WSManPluginEnumerate");
    if (seen.outcome.code == code_timed_out) {
      ++silent;
      continue;
    }
    if (!seen.outcome.ok()) return seen;  // and the host has forgotten it
    silent = 0;
    const auto items = ipc::decode<ipc::EnumerationItems>(seen.outcome.frame);
    if (!items) continue;
    note_first(seen, *items);
    seen.end = items->end;
    if (seen.end) return seen;
  }
  close_enumeration(play, name);
  return seen;
}

Enumerated enumerate_all(Play& play, const ipc::EnumerationOpen& open) {
  auto opened = play.ask(open, "WSManPluginEnumerate");
  if (!opened.ok()) return {.outcome = std::move(opened)};
  return pull_all(play, open.enumeration);
}

}  // namespace winrmd::tools::check

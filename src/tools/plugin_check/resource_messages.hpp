// What clients of a resource plug-in send, with sensible content.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lib/ipc/messages_resource.hpp"
#include "tools/plugin_check/play.hpp"

namespace winrmd::tools::check {

bool exports(const Subject& subject, ipc::Capability operation);
// Whose completion is owed.
std::string_view entry_point_of(ipc::Capability operation);

ipc::RequestDetails resource_details(const Subject& subject);
// The instance that Options::selectors name, which is none where there are none.
ipc::ResourceReference wanted_instance(const Subject& subject);
// An instance that nobody has made: what is removed by mistake is not anybody's.
ipc::ResourceReference invented_instance(const Subject& subject);

// Create and Invoke bring the body that Options say, Put the one of `body`.
ipc::ResourceCall resource_call(const Subject& subject, ipc::Capability operation,
                                const ipc::ResourceReference& instance = {});
ipc::EnumerationOpen enumeration_open(const Subject& subject, const std::string& name,
                                      ipc::ItemKind kind = ipc::ItemKind::object);
// Waits for items for `wait_ms`; they come in pieces that are as small as clients have them.
ipc::EnumerationPull enumeration_pull(const Subject& subject, const std::string& name, std::uint32_t wait_ms);
ipc::EnumerationPull enumeration_pull(const Subject& subject, const std::string& name);
void close_enumeration(Play& play, const std::string& name);

// The items of a Pull that was answered with some; nothing: it was not.
std::optional<ipc::EnumerationItems> items_of(const Outcome& outcome);

// How an enumeration went.
struct Enumerated {
  Outcome outcome;                                // of the open, or of the Pull that failed
  bool end = false;                               // all items came
  std::optional<ipc::ResourceReference> first{};  // instance that an item named
};

// Opens it and pulls to its end; one that has none is closed.
Enumerated enumerate_all(Play& play, const ipc::EnumerationOpen& open);
// The same for one that is open.
Enumerated pull_all(Play& play, const std::string& name);

}  // namespace winrmd::tools::check

// Operations on resources, and enumerations. Plain data: the rules are in Resources; the mutex of Requests guards all
// of it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "host/calls/plugin.hpp"
#include "host/calls/requests.hpp"
#include "host/core/agenda.hpp"
#include "host/resource/items.hpp"

namespace winrmd::host {

struct Enumeration;

struct ResourceOperation : Operation {
  using Operation::Operation;

  ipc::Capability kind = ipc::Capability::get;
  Plugin* plugin = nullptr;
  bool reported = false;  // an object or a reference; there is one at most
  ipc::ResourceResult result;
  std::shared_ptr<Enumeration> enumeration;  // of an enumeration, else null
};

// A request for items that waits for them.
struct ParkedPull {
  std::uint64_t frame = 0;
  std::size_t max_items = 1;
  std::size_t max_bytes = 0;
  Clock::time_point since{};
  Clock::time_point deadline{};
};

struct Enumeration {
  std::string id;
  ipc::ItemKind kind = ipc::ItemKind::object;
  std::uint64_t opener = 0;                      // the request that opened it, until that is answered
  std::shared_ptr<ResourceOperation> operation;  // null when completed
  Items items;
  Clock::time_point first_item{};  // when the first of those held came
  std::condition_variable room;    // items were taken, or the plug-in's are no longer wanted
  std::size_t waiting = 0;         // threads of the plug-in that wait for room
  bool closed = false;             // nobody will fetch any more
  std::optional<Failure> failure;  // at its end
  std::optional<ParkedPull> pull;
  Clock::time_point next_look = Clock::time_point::max();  // the Agenda's entry for `pull`
};

}  // namespace winrmd::host

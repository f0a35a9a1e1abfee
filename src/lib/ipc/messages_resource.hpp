// Between winrmd-net and an operations host, for resources: Get, Put, Create, Delete, Invoke as one call each, and
// enumerations, whose items wait in the host until they are fetched. XML is UTF-8 text that stands alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/ipc/messages_shell.hpp"

namespace winrmd::ipc {

// net → host: call the entry point of that capability (get, put, create, remove or invoke). Answered by ResourceResult
// or Failed. Cancel ends it: the operation is told to end, its answer is ignored.
struct ResourceCall {
  static constexpr auto type = MessageType::resource_call;
  RequestDetails details;
  std::string plugin;
  Capability operation = Capability::get;
  std::string action;               // of invoke
  std::optional<std::string> body;  // the element inside s:Body (with a fragment: w:XmlFragment); none: it was empty
  auto fields(this auto& self) { return std::tie(self.details, self.plugin, self.operation, self.action, self.body); }
};

// Names an instance: what becomes an a:EndpointReference.
struct ResourceReference {
  std::string resource_uri;  // empty: that of the request
  std::vector<NameValue> selectors;
  auto fields(this auto& self) { return std::tie(self.resource_uri, self.selectors); }
};

struct ResourceResult {
  static constexpr auto type = MessageType::resource_result;
  std::string object;                          // XML; empty: nothing was reported
  std::optional<ResourceReference> reference;  // of create
  auto fields(this auto& self) { return std::tie(self.object, self.reference); }
};

// What is wanted of each item of an enumeration.
enum class ItemKind : std::uint8_t { object = 0, reference, object_and_reference, last = object_and_reference };

// net → host: call WSManPluginEnumerate, once for the whole enumeration. `enumeration` is net's name for it. Answered
// by Done when the plug-in has reported a first item or completed, or by Failed; then the enumeration is over.
struct EnumerationOpen {
  static constexpr auto type = MessageType::enumeration_open;
  RequestDetails details;
  std::string plugin;
  std::string enumeration;
  ItemKind kind = ItemKind::object;
  std::optional<std::vector<NameValue>> selector_filter{};  // a filter in the SelectorFilter dialect, taken apart
  auto fields(this auto& self) {
    return std::tie(self.details, self.plugin, self.enumeration, self.kind, self.selector_filter);
  }
};

// net → host. Answered by EnumerationItems when there is at least one item, or the end; by Failed with the plug-in's
// error once everything before it was fetched, or with 0x80338029 after `wait_ms` without an item: nothing is lost
// then, and the enumeration goes on.
struct EnumerationPull {
  static constexpr auto type = MessageType::enumeration_pull;
  std::string enumeration;
  std::uint32_t max_items = 1;
  std::uint32_t max_bytes = 0;  // of all items together; a first one that is larger is given all the same
  std::uint32_t wait_ms = 0;
  auto fields(this auto& self) { return std::tie(self.enumeration, self.max_items, self.max_bytes, self.wait_ms); }
};

struct EnumerationItem {
  std::string object;  // XML; empty where only references were wanted
  std::optional<ResourceReference> reference;
  auto fields(this auto& self) { return std::tie(self.object, self.reference); }
};

struct EnumerationItems {
  static constexpr auto type = MessageType::enumeration_items;
  std::vector<EnumerationItem> items;
  bool end = false;  // there are no more; the host has forgotten the enumeration
  auto fields(this auto& self) { return std::tie(self.items, self.end); }
};

// net → host: released, expired, or its client is gone. The plug-in's operation is told to end. No answer.
struct EnumerationClose {
  static constexpr auto type = MessageType::enumeration_close;
  std::string enumeration;
  auto fields(this auto& self) { return std::tie(self.enumeration); }
};

// host → net, unasked: the plug-in has nothing more to do (WSManPluginReportCompletion); a host that was started again
// automatically may go.
struct WorkFinished {
  static constexpr auto type = MessageType::work_finished;
  std::string plugin;
  auto fields(this auto& self) { return std::tie(self.plugin); }
};

}  // namespace winrmd::ipc

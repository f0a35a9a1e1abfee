// A host with the scripted plug-in for resources, and requests with sensible content.
#pragma once

#include <wsman_resource.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/testing/running_host.hpp"
#include "lib/ipc/messages_resource.hpp"

namespace winrmd::host::testing {

inline ipc::HostSetup resource_setup() {
  using enum ipc::Capability;
  auto setup = operations_setup();
  setup.plugins.front().capabilities = {get, put, create, remove, invoke, enumerate};
  return setup;
}

inline ipc::ResourceCall resource_call(ipc::Capability operation, std::optional<std::string> body = std::nullopt) {
  ipc::ResourceCall call;
  call.details = details();
  call.plugin = "scripted";
  call.operation = operation;
  call.body = std::move(body);
  return call;
}

inline ipc::EnumerationOpen enumeration_open(const std::string& name = "E",
                                             ipc::ItemKind kind = ipc::ItemKind::object) {
  ipc::EnumerationOpen open;
  open.details = details();
  open.plugin = "scripted";
  open.enumeration = name;
  open.kind = kind;
  return open;
}

inline ipc::EnumerationPull enumeration_pull(std::uint32_t max_items = 1, const std::string& name = "E") {
  return {.enumeration = name, .max_items = max_items, .max_bytes = 400'000, .wait_ms = 20'000};
}

inline ipc::EnumerationClose enumeration_close(const std::string& name = "E") { return {.enumeration = name}; }

// What plug-ins call, with less ado.
inline WSMAN_DATA text_data(std::u16string_view text) {
  WSMAN_DATA data = {};
  data.type = WSMAN_DATA_TYPE_TEXT;
  data.text.buffer = text.data();
  data.text.bufferLength = static_cast<DWORD>(text.size());
  return data;
}
inline DWORD report_object(WSMAN_PLUGIN_REQUEST* request, std::u16string_view xml) {
  WSMAN_DATA data = text_data(xml);
  return WSManPluginReportObject(request, 0, &data);
}
inline DWORD report_item(WSMAN_PLUGIN_REQUEST* request, std::u16string_view xml) {
  WSMAN_DATA data = text_data(xml);
  return WSManPluginReportItem(request, 0, &data, nullptr);
}
inline DWORD complete(WSMAN_PLUGIN_REQUEST* request, DWORD code = 0, PCWSTR text = nullptr) {
  return WSManPluginOperationComplete(request, 0, code, text);
}

// `<i>number</i>`
inline std::u16string numbered(int number) {
  const std::string digits = std::to_string(number);
  return u"<i>" + std::u16string(digits.begin(), digits.end()) + u"</i>";
}

}  // namespace winrmd::host::testing

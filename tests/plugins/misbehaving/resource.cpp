#include "resource.hpp"

namespace {

constexpr int items = 2000;  // more than a host keeps for a client that is slow

WSMAN_DATA text(PCWSTR xml) {
  WSMAN_DATA data = {};
  data.type = WSMAN_DATA_TYPE_TEXT;
  data.text.buffer = xml;
  data.text.bufferLength = static_cast<DWORD>(WSManPosixLength(xml));
  return data;
}

ResourcePlugin make() {
  ResourcePlugin plugin = {};
  plugin.get = answer;
  plugin.enumerate = [](WSMAN_PLUGIN_REQUEST* request) {
    DWORD code = NO_ERROR;
    for (int i = 0; i < items && code == NO_ERROR; ++i) code = report_item(request, WSMAN_TEXT("<Thing/>"));
    complete(request, code);
  };
  misbehave(plugin);
  return plugin;
}

const ResourcePlugin& the() {
  static const ResourcePlugin plugin = make();
  return plugin;
}

}  // namespace

void answer(WSMAN_PLUGIN_REQUEST* request) {
  WSMAN_DATA object = text(WSMAN_TEXT("<Thing/>"));
  complete(request, WSManPluginReportObject(request, 0, &object));
}

DWORD report_item(WSMAN_PLUGIN_REQUEST* request, PCWSTR xml) {
  WSMAN_DATA object = text(xml);
  WSMAN_KEY key = {WSMAN_TEXT("Name"), WSMAN_TEXT("a")};
  WSMAN_RESOURCE_REFERENCE reference = {};
  reference.selectorSet.numberKeys = 1;
  reference.selectorSet.keys = &key;
  return WSManPluginReportItem(request, 0, &object, &reference);
}

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD, PCWSTR, PCWSTR, PVOID* context) {
  *context = nullptr;
  return NO_ERROR;
}
WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID, DWORD, DWORD) { return NO_ERROR; }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginGet(PVOID, WSMAN_PLUGIN_REQUEST* request, DWORD) { the().get(request); }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginEnumerate(PVOID, WSMAN_PLUGIN_REQUEST* request, DWORD,
                                                     const WSMAN_ENUMERATION_INFO*) {
  the().enumerate(request);
}

// A resource plug-in that behaves; see shell.hpp.
#pragma once

#define WSMAN_API_VERSION_1_1
#include <wsman.h>
#include <wsman_resource.h>

struct ResourcePlugin {
  void (*get)(WSMAN_PLUGIN_REQUEST* request);
  void (*enumerate)(WSMAN_PLUGIN_REQUEST* request);
};

// The library's own.
void misbehave(ResourcePlugin& plugin);

// What the one that behaves does.
void answer(WSMAN_PLUGIN_REQUEST* request);
DWORD report_item(WSMAN_PLUGIN_REQUEST* request, PCWSTR xml);
inline void complete(WSMAN_PLUGIN_REQUEST* request, DWORD code = NO_ERROR) {
  WSManPluginOperationComplete(request, 0, code, nullptr);
}

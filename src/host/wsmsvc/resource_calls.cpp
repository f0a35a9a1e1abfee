// The functions of resource plug-ins. Declared and documented in include/wsman_resource.h.
#include "host/wsmsvc/seam.hpp"

using winrmd::wsmsvc::backend;
using winrmd::wsmsvc::Backend;
using winrmd::wsmsvc::guarded;

namespace {

bool is_text(const WSMAN_DATA* data) {
  return data->type == WSMAN_DATA_TYPE_TEXT && data->text.buffer != nullptr && data->text.bufferLength > 0;
}

bool has_its_keys(const WSMAN_RESOURCE_REFERENCE* reference) {
  return reference->selectorSet.numberKeys == 0 || reference->selectorSet.keys != nullptr;
}

}  // namespace

DWORD WSManPluginReportObject(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, WSMAN_DATA* object) {
  return guarded([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || requestDetails == nullptr || flags != 0 || object == nullptr || !is_text(object)) {
      return ERROR_INVALID_PARAMETER;
    }
    return host->report_object(requestDetails, object);
  });
}

DWORD WSManPluginReportReference(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags,
                                 const WSMAN_RESOURCE_REFERENCE* reference) {
  return guarded([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || requestDetails == nullptr || flags != 0 || reference == nullptr ||
        !has_its_keys(reference)) {
      return ERROR_INVALID_PARAMETER;
    }
    return host->report_reference(requestDetails, reference);
  });
}

DWORD WSManPluginReportItem(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, WSMAN_DATA* object,
                            const WSMAN_RESOURCE_REFERENCE* reference) {
  return guarded([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || requestDetails == nullptr || flags != 0 || (object == nullptr && reference == nullptr)) {
      return ERROR_INVALID_PARAMETER;
    }
    if (object != nullptr && !is_text(object)) return ERROR_INVALID_PARAMETER;
    if (reference != nullptr && !has_its_keys(reference)) return ERROR_INVALID_PARAMETER;
    return host->report_item(requestDetails, object, reference);
  });
}

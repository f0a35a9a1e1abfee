// The functions of the WinRM Plug-in API. Declared and documented in include/wsman/plugin.h. Without a backend no
// request and no authorization can be anybody's, so each gives what it gives for unknown ones.
#include "host/wsmsvc/seam.hpp"

using winrmd::wsmsvc::backend;
using winrmd::wsmsvc::Backend;
using winrmd::wsmsvc::guarded;
using winrmd::wsmsvc::strictly;

namespace {

constexpr DWORD receive_flags =
    WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA | WSMAN_FLAG_RECEIVE_FLUSH | WSMAN_FLAG_RECEIVE_RESULT_DATA_BOUNDARY;

bool is_stream_data(const WSMAN_DATA* data) {
  return data->type == WSMAN_DATA_TYPE_BINARY && (data->binaryData.data != nullptr || data->binaryData.dataLength == 0);
}

// Stream and data go together; the end of a stream needs a stream; a report says something.
bool is_report(DWORD flags, PCWSTR stream, const WSMAN_DATA* data, PCWSTR command_state) {
  if ((flags & ~receive_flags) != 0) return false;
  if ((stream == nullptr) != (data == nullptr)) return false;
  if (stream == nullptr) return command_state != nullptr && (flags & WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA) == 0;
  return is_stream_data(data);
}

}  // namespace

DWORD WSManPluginReportContext(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, PVOID context) {
  return guarded([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || requestDetails == nullptr || flags != 0 || context == nullptr) {
      return ERROR_INVALID_PARAMETER;
    }
    return host->report_context(requestDetails, context);
  });
}

DWORD WSManPluginReceiveResult(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, PCWSTR stream,
                               WSMAN_DATA* streamResult, PCWSTR commandState, DWORD exitCode) {
  return guarded([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || requestDetails == nullptr || !is_report(flags, stream, streamResult, commandState)) {
      return ERROR_INVALID_PARAMETER;
    }
    return host->receive_result(requestDetails, flags, stream, streamResult, commandState, exitCode);
  });
}

DWORD WSManPluginOperationComplete(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, DWORD errorCode,
                                   PCWSTR extendedInformation) {
  return strictly([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || requestDetails == nullptr || flags != 0) return ERROR_INVALID_PARAMETER;
    return host->operation_complete(requestDetails, errorCode, extendedInformation);
  });
}

DWORD WSManPluginGetOperationParameters(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, WSMAN_DATA* data) {
  return guarded([&]() -> DWORD {
    if (data == nullptr) return ERROR_INVALID_PARAMETER;
    *data = WSMAN_DATA{};
    Backend* host = backend();
    const bool known =
        flags >= WSMAN_PLUGIN_PARAMS_MAX_ENVELOPE_SIZE && flags <= WSMAN_PLUGIN_PARAMS_GET_REQUESTED_DATA_LOCALE;
    if (host == nullptr || requestDetails == nullptr || !known) return ERROR_INVALID_PARAMETER;
    return host->get_operation_parameters(requestDetails, flags, data);
  });
}

DWORD WSManPluginGetConfiguration(PVOID pluginContext, DWORD flags, WSMAN_DATA* data) {
  return guarded([&]() -> DWORD {
    if (data == nullptr) return ERROR_INVALID_PARAMETER;
    *data = WSMAN_DATA{};
    Backend* host = backend();
    const bool known = flags >= WSMAN_PLUGIN_PARAMS_SHAREDHOST && flags <= WSMAN_PLUGIN_PARAMS_NAME;
    if (host == nullptr || !known) return ERROR_INVALID_PARAMETER;
    return host->get_configuration(pluginContext, flags, data);
  });
}

DWORD WSManPluginReportCompletion(PVOID pluginContext, DWORD flags) {
  return strictly([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || flags != 0) return ERROR_INVALID_PARAMETER;
    return host->report_completion(pluginContext);
  });
}

DWORD WSManPluginFreeRequestDetails(WSMAN_PLUGIN_REQUEST* requestDetails) {
  return strictly([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || requestDetails == nullptr) return ERROR_INVALID_PARAMETER;
    return host->free_request_details(requestDetails);
  });
}

void WSManPluginRegisterShutdownCallback(WSMAN_PLUGIN_REQUEST* requestDetails, void (*shutdownCallback)(void*),
                                         void* shutdownContext) {
  strictly([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || requestDetails == nullptr || shutdownCallback == nullptr) return ERROR_INVALID_PARAMETER;
    host->register_shutdown_callback(requestDetails, shutdownCallback, shutdownContext);
    return ERROR_SUCCESS;
  });
}

DWORD WSManPluginAuthzUserComplete(WSMAN_SENDER_DETAILS* senderDetails, DWORD flags, PVOID userAuthorizationContext,
                                   HANDLE impersonationToken, BOOL userIsAdministrator, DWORD errorCode,
                                   PCWSTR extendedErrorInformation) {
  return strictly([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || senderDetails == nullptr || flags != 0) return ERROR_INVALID_PARAMETER;
    return host->authz_user_complete(senderDetails, userAuthorizationContext, impersonationToken,
                                     userIsAdministrator != FALSE, errorCode, extendedErrorInformation);
  });
}

DWORD WSManPluginAuthzOperationComplete(WSMAN_SENDER_DETAILS* senderDetails, DWORD flags,
                                        PVOID userAuthorizationContext, DWORD errorCode,
                                        PCWSTR extendedErrorInformation) {
  return strictly([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || senderDetails == nullptr || flags != 0) return ERROR_INVALID_PARAMETER;
    return host->authz_operation_complete(senderDetails, userAuthorizationContext, errorCode, extendedErrorInformation);
  });
}

DWORD WSManPluginAuthzQueryQuotaComplete(WSMAN_SENDER_DETAILS* senderDetails, DWORD flags, WSMAN_AUTHZ_QUOTA* quota,
                                         DWORD errorCode, PCWSTR extendedErrorInformation) {
  return strictly([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr || senderDetails == nullptr || flags != 0) return ERROR_INVALID_PARAMETER;
    return host->authz_quota_complete(senderDetails, quota, errorCode, extendedErrorInformation);
  });
}

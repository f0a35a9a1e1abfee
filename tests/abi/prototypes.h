/* Each function assigned to a pointer of its documented type, written out by hand; does not compile when one differs.
 * Included by conformance.c and conformance.cpp with only WSMAN_API_VERSION_1_0 defined. */
#ifdef WSMAN_API_VERSION_1_1
#error "These functions belong to version 1.0."
#endif

typedef struct Prototypes {
  DWORD(WINAPI* authz_user_complete)
  (WSMAN_SENDER_DETAILS*, DWORD, PVOID, HANDLE, BOOL, DWORD, PCWSTR);
  DWORD(WINAPI* authz_operation_complete)(WSMAN_SENDER_DETAILS*, DWORD, PVOID, DWORD, PCWSTR);
  DWORD(WINAPI* authz_query_quota_complete)(WSMAN_SENDER_DETAILS*, DWORD, WSMAN_AUTHZ_QUOTA*, DWORD, PCWSTR);
  DWORD(WINAPI* report_context)(WSMAN_PLUGIN_REQUEST*, DWORD, PVOID);
  DWORD(WINAPI* receive_result)(WSMAN_PLUGIN_REQUEST*, DWORD, PCWSTR, WSMAN_DATA*, PCWSTR, DWORD);
  DWORD(WINAPI* operation_complete)(WSMAN_PLUGIN_REQUEST*, DWORD, DWORD, PCWSTR);
  DWORD(WINAPI* get_operation_parameters)(WSMAN_PLUGIN_REQUEST*, DWORD, WSMAN_DATA*);
  DWORD(WINAPI* get_configuration)(PVOID, DWORD, WSMAN_DATA*);
  DWORD(WINAPI* report_completion)(PVOID, DWORD);
  DWORD(WINAPI* free_request_details)(WSMAN_PLUGIN_REQUEST*);
  void (*register_shutdown_callback)(WSMAN_PLUGIN_REQUEST*, void (*)(void*), void*);
} Prototypes;

static const Prototypes prototypes = {
    &WSManPluginAuthzUserComplete,
    &WSManPluginAuthzOperationComplete,
    &WSManPluginAuthzQueryQuotaComplete,
    &WSManPluginReportContext,
    &WSManPluginReceiveResult,
    &WSManPluginOperationComplete,
    &WSManPluginGetOperationParameters,
    &WSManPluginGetConfiguration,
    &WSManPluginReportCompletion,
    &WSManPluginFreeRequestDetails,
    &WSManPluginRegisterShutdownCallback,
};

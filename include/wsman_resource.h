/* Resources: the operations Get, Put, Create, Delete, Invoke and Enumerate (with Pull and Release) for plug-ins. An
 * extension: Windows lets a plug-in's configuration name these capabilities, but publishes no entry points for them.
 * The style is that of wsman.h, which this header includes.
 *
 * An entry point gets the request: what is addressed is in requestDetails->operationInfo (selectors, options, and with
 * the capability's SupportsFragment or SupportsFiltering the fragment and the filter), the resource URI in
 * requestDetails->resourceUri. It may answer before it returns or later, from any thread, and ends with
 * WSManPluginOperationComplete, exactly once; an error code there becomes a SOAP fault. The shutdown flag and handle of
 * the request work as for shells: they tell that the client has gone, the enumeration was released, or the host stops.
 * XML goes in and out as WSMAN_DATA of type TEXT that holds one element which stands alone. */
#ifndef WINRMD_WSMAN_RESOURCE_H
#define WINRMD_WSMAN_RESOURCE_H

#ifdef _WIN32
#include <windows.h>
#endif
#include <wsman.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an enumeration wants of each item. */
typedef enum WSManEnumerationMode {
  WSMAN_ENUMERATE_OBJECT = 0,              /* the object */
  WSMAN_ENUMERATE_REFERENCE = 1,           /* only its reference (EnumerateEPR) */
  WSMAN_ENUMERATE_OBJECT_AND_REFERENCE = 2 /* both (EnumerateObjectAndEPR) */
} WSManEnumerationMode;

/* Names an instance, for WSManPluginReportReference and WSManPluginReportItem: the service makes an endpoint reference
 * of it. */
typedef struct _WSMAN_RESOURCE_REFERENCE {
  PCWSTR resourceUri;             /* NULL: that of the request */
  WSMAN_SELECTOR_SET selectorSet; /* may be empty where there is but one instance */
} WSMAN_RESOURCE_REFERENCE;

/* What WSManPluginEnumerate gets beside the request. */
typedef struct _WSMAN_ENUMERATION_INFO {
  WSManEnumerationMode mode;
  /* A filter in the dialect http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter, taken apart; NULL when there is
   * none or it is in another dialect, as requestDetails->operationInfo->filter says. */
  const WSMAN_SELECTOR_SET* selectorFilter;
} WSMAN_ENUMERATION_INFO;

/* ---- Entry points; a plug-in exports those whose capabilities its configuration names -------------------------- */

/* WSManPluginGet: owes one WSManPluginReportObject on success. With a fragment: the w:XmlFragment content, as one
 * element. */
typedef VOID(WINAPI* WSMAN_PLUGIN_GET)(_In_ PVOID pluginContext, _In_ WSMAN_PLUGIN_REQUEST* requestDetails,
                                       DWORD flags);
/* WSManPluginPut: inboundResource is the new representation, or with a fragment the new content of that part; NULL when
 * the body is empty. May report the object as it is then. */
typedef VOID(WINAPI* WSMAN_PLUGIN_PUT)(_In_ PVOID pluginContext, _In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags,
                                       _In_opt_ WSMAN_DATA* inboundResource);
/* WSManPluginCreate: owes one WSManPluginReportReference on success. */
typedef VOID(WINAPI* WSMAN_PLUGIN_CREATE)(_In_ PVOID pluginContext, _In_ WSMAN_PLUGIN_REQUEST* requestDetails,
                                          DWORD flags, _In_opt_ WSMAN_DATA* inboundResource);
/* WSManPluginDelete. */
typedef VOID(WINAPI* WSMAN_PLUGIN_DELETE)(_In_ PVOID pluginContext, _In_ WSMAN_PLUGIN_REQUEST* requestDetails,
                                          DWORD flags);
/* WSManPluginInvoke: action is the whole URI; may report an object, the output. */
typedef VOID(WINAPI* WSMAN_PLUGIN_INVOKE)(_In_ PVOID pluginContext, _In_ WSMAN_PLUGIN_REQUEST* requestDetails,
                                          DWORD flags, _In_ PCWSTR action, _In_opt_ WSMAN_DATA* inboundParameters);
/* WSManPluginEnumerate: one call for the whole enumeration; owes WSManPluginReportItem for each item, and one
 * WSManPluginOperationComplete after the last. */
typedef VOID(WINAPI* WSMAN_PLUGIN_ENUMERATE)(_In_ PVOID pluginContext, _In_ WSMAN_PLUGIN_REQUEST* requestDetails,
                                             DWORD flags, _In_ const WSMAN_ENUMERATION_INFO* enumerationInfo);

/* ---- Functions that such plug-ins call; flags must be 0 -------------------------------------------------------- */

/* The object that a Get, Put or Invoke answers with; once. Copied. NO_ERROR; ERROR_INVALID_PARAMETER (request unknown
 * or of another kind, reported before, object no text or no well-formed XML element, flags); ERROR_OPERATION_ABORTED
 * (the operation is being ended: complete it). */
DWORD WINAPI WSManPluginReportObject(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, _In_ WSMAN_DATA* object);

/* The reference to what a Create made; once. Copied. Results as above. */
DWORD WINAPI WSManPluginReportReference(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags,
                                        _In_ const WSMAN_RESOURCE_REFERENCE* reference);

/* One item of an enumeration: the object, the reference, or both, as its mode says; more than that is ignored. Copied.
 * Waits while the client is far behind. Results as above. */
DWORD WINAPI WSManPluginReportItem(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, _In_opt_ WSMAN_DATA* object,
                                   _In_opt_ const WSMAN_RESOURCE_REFERENCE* reference);

#ifdef __cplusplus
}
#endif

#endif

/* Values of the `operation` argument of WSManPluginAuthzOperation, for Windows and Linux.
 *
 * Microsoft documents the names ("WSMAN_PLUGIN_AUTHORIZE_OPERATION") but publishes no numbers in any header. The
 * numbers here are those of the *Capability* values in Microsoft's host configuration schema, and 9 for Command, which
 * has no capability. A plug-in that must be right on both systems decides by the `action` URI, which is documented for
 * each. */
#ifndef WINRMD_WSMAN_OPERATIONS_H
#define WINRMD_WSMAN_OPERATIONS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum WSManOperation {
  WSManOperationGet = 1,       /* .../ws/2004/09/transfer/Get */
  WSManOperationPut = 2,       /* .../ws/2004/09/transfer/Put */
  WSManOperationCreate = 3,    /* .../ws/2004/09/transfer/Create */
  WSManOperationDelete = 4,    /* .../ws/2004/09/transfer/Delete */
  WSManOperationInvoke = 5,    /* an action URI of the resource's own */
  WSManOperationEnumerate = 6, /* .../ws/2004/09/enumeration/Enumerate */
  WSManOperationSubscribe = 7, /* .../ws/2004/08/eventing/Subscribe */
  WSManOperationShell = 8,     /* .../ws/2004/09/transfer/Create, on a shell resource */
  WSManOperationCommand = 9    /* .../wbem/wsman/1/windows/shell/Command */
} WSManOperation;

#ifdef __cplusplus
}
#endif

#endif

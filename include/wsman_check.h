/* For plug-ins that let themselves be checked: `winrmctl plugin check` (docs/plugin-check.md). Nothing here is Windows',
 * nothing is needed to serve, and a service never calls it. */
#ifndef WINRMD_WSMAN_CHECK_H
#define WINRMD_WSMAN_CHECK_H

#include "wsman.h"

#ifdef __cplusplus
extern "C" {
#endif

/* WSManPluginLiveContexts, optional: how many contexts the plug-in has given out (WSManPluginReportContext,
 * WSManPluginAuthz...Complete) and not been given back yet, by its own count: up with each report that succeeds, down
 * in each release entry point. Called once all of them have been released, before WSManPluginShutdown, alone. More than
 * 0: contexts are leaked. Less than 0: one was released more than once. */
typedef LONG(WINAPI* WSMAN_PLUGIN_LIVE_CONTEXTS)(void);

#ifdef __cplusplus
}
#endif

#endif

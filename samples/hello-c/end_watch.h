/* Being told that a request is to end: the host calls back on Linux; on Windows it signals an event. */
#ifndef HELLO_END_WATCH_H
#define HELLO_END_WATCH_H

#include "api.h"

struct end_watch {
  HANDLE wait; /* Windows only */
  void (*told)(void* context);
  void* context;
};

/* Once for a request; `told` is called at most once, on another thread. */
void end_watch_start(struct end_watch* watch, WSMAN_PLUGIN_REQUEST* request, void (*told)(void*), void* context);
/* Before the request is completed. In `told` itself, `in_told` is 1; otherwise `told` is over when this returns, or on
 * Linux when WSManPluginOperationComplete does. */
void end_watch_stop(struct end_watch* watch, int in_told);

#endif

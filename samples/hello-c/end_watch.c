#include "end_watch.h"

#ifdef _WIN32

static void CALLBACK fired(void* watch, BOOLEAN timed_out) {
  struct end_watch* self = watch;
  (void)timed_out;
  /* Stored by the thread that registers, at this moment perhaps. */
  while (*(HANDLE volatile*)&self->wait == NULL) SwitchToThread();
  self->told(self->context);
}

void end_watch_start(struct end_watch* watch, WSMAN_PLUGIN_REQUEST* request, void (*told)(void*), void* context) {
  watch->told = told;
  watch->context = context;
  RegisterWaitForSingleObject(&watch->wait, request->shutdownNotificationHandle, fired, watch, INFINITE,
                              WT_EXECUTEONLYONCE);
}

void end_watch_stop(struct end_watch* watch, int in_told) {
  if (watch->wait != NULL) UnregisterWaitEx(watch->wait, in_told ? NULL : INVALID_HANDLE_VALUE);
}

#else

void end_watch_start(struct end_watch* watch, WSMAN_PLUGIN_REQUEST* request, void (*told)(void*), void* context) {
  (void)watch;
  WSManPluginRegisterShutdownCallback(request, told, context);
}

void end_watch_stop(struct end_watch* watch, int in_told) {
  (void)watch;
  (void)in_told;
}

#endif

#include "request.hpp"

#ifdef _WIN32

namespace {
thread_local const Request* firing = nullptr;
}

// Windows signals an event; a thread of the system's pool waits for it.
void Request::on_end(void (*callback)(void*), void* context) {
  callback_ = callback;
  context_ = context;
  RegisterWaitForSingleObject(&wait_, details_->shutdownNotificationHandle, fired, this, INFINITE, WT_EXECUTEONLYONCE);
}

void CALLBACK Request::fired(void* self, BOOLEAN) {
  auto* request = static_cast<Request*>(self);
  firing = request;
  request->callback_(request->context_);
  firing = nullptr;
}

// Waits for a callback that is running, unless this is it.
Request::~Request() {
  if (wait_ != nullptr) UnregisterWaitEx(wait_, firing == this ? nullptr : INVALID_HANDLE_VALUE);
}

#else

// On Linux the host calls, and stops by itself when the request is complete: there is nothing to undo.
void Request::on_end(void (*callback)(void*), void* context) {
  WSManPluginRegisterShutdownCallback(details_, callback, context);
}

Request::~Request() = default;

#endif

bool Request::report(void* context) {
  const DWORD code = WSManPluginReportContext(details_, 0, context);
  if (code == NO_ERROR) return true;
  complete(code);
  return false;
}

void Request::send_output(DWORD flags, const void* bytes, std::size_t size, PCWSTR state, DWORD exit_code) {
  WSMAN_DATA data = {};
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.data = static_cast<BYTE*>(const_cast<void*>(bytes));  // read only, whatever the type says
  data.binaryData.dataLength = static_cast<DWORD>(size);
  // A failure means that the client is gone; then the request is told to end, and that is the time to react.
  WSManPluginReceiveResult(details_, flags, WSMAN_STREAM_ID_STDOUT, &data, state, exit_code);
}

void Request::complete(DWORD code) {
  if (!completed_.exchange(true)) WSManPluginOperationComplete(details_, 0, code, nullptr);
}

// A request of the host: told at some time that it is to end, completed once.
#pragma once

#include <atomic>

#include "api.hpp"

class Request {
 public:
  explicit Request(WSMAN_PLUGIN_REQUEST* details) : details_(details) {}
  ~Request();
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  // Has `callback(context)` called, on another thread, when the request is to end; soon if that is so already. Not
  // after complete() has returned, unless the callback itself called it.
  void on_end(void (*callback)(void*), void* context);

  // For shells and commands: tells the client that it is up. False: it is not, the request has been completed with an
  // error, and the host does not keep `context`. From here on the host may call the plug-in with `context`.
  bool report(void* context);

  // For Receive: see WSManPluginReceiveResult.
  void send_output(DWORD flags, const void* bytes, std::size_t size, PCWSTR state, DWORD exit_code);

  // Ends the request; the second and later calls do nothing.
  void complete(DWORD code);

 private:
  WSMAN_PLUGIN_REQUEST* details_;
  std::atomic<bool> completed_ = false;
#ifdef _WIN32
  static void CALLBACK fired(void* self, BOOLEAN timed_out);
  HANDLE wait_ = nullptr;
  void (*callback_)(void*) = nullptr;
  void* context_ = nullptr;
#endif
};

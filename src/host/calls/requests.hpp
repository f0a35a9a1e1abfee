// The requests that plug-ins have in their hands, of whatever kind: from the call of an entry point to
// WSManPluginOperationComplete. What a request is about belongs to its owner. One mutex guards all of it, that of the
// owners included; it is never held while a plug-in runs.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "host/calls/handles.hpp"
#include "host/calls/request_object.hpp"
#include "host/core/codes.hpp"
#include "host/core/locale.hpp"
#include "host/core/notifier.hpp"
#include "host/core/thrown.hpp"

namespace winrmd::host {

// OperationComplete waits this long for a notification callback of the same operation that is running meanwhile.
inline constexpr std::chrono::milliseconds callback_grace{2000};

// What WSManPluginGetOperationParameters tells.
struct Parameters {
  std::uint32_t timeout_ms = 0;
  std::uint32_t max_envelope_size = 0;
  std::uint32_t max_data = 0;  // 0: derived from the envelope
  std::string locale{};
  std::string data_locale{};
};

class RequestOwner;

struct Operation {
  explicit Operation(RequestOwner& whose) : owner(whose) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  RequestOwner& owner;
  std::string_view entry_point;  // whose call it is, as in `WSManPluginSend`
  std::uint64_t frame = 0;       // the request of winrmd-net that waits for it; 0: none (any more)
  std::unique_ptr<RequestObject> object;
  HANDLE event = nullptr;
  Parameters parameters;
  std::deque<std::u16string> locale_texts;  // handed out, so they stay

  bool begun = false;  // the entry point was called
  bool completed = false;
  bool notified = false;  // it was told to end, or will be in a moment
  void (*callback)(void*) = nullptr;
  void* callback_context = nullptr;
  bool callback_running = false;
};

// Called with the mutex held.
class RequestOwner {
 public:
  // The operation is over, for the plug-in as well. Code 0: with success.
  virtual void ended(const std::shared_ptr<Operation>& operation, const Failure& result) = 0;
  // Flag and event say that it is to end; its callback comes next.
  virtual void told(Operation& operation) = 0;
  // Whether the text that comes with a success is of any use.
  [[nodiscard]] virtual bool wants_text(const Operation& operation) const = 0;
  // Of what was reported and not fetched yet.
  [[nodiscard]] virtual std::size_t held_bytes(const Operation& operation) const = 0;

 protected:
  ~RequestOwner() = default;
};

class Requests {
 public:
  using OperationPtr = std::shared_ptr<Operation>;
  struct Services {
    Handles& handles;
    SlotSpace& space;
    Notifier& notifier;
  };

  // `token`: handle of the account this process runs under; borrowed by every request.
  Requests(Services services, HANDLE token) : services_(services), token_(token) {}

  std::mutex& mutex() { return mutex_; }

  // With the mutex held, any thread.
  // Makes what the plug-in gets. False: the details hold text that is no UTF-8, or memory ran out.
  bool open(const OperationPtr& operation, const ipc::RequestDetails& details);
  OperationPtr find(const void* request) const;
  void complete(const OperationPtr& operation, const Failure& result);
  // Tells the plug-in to end the operation; completes it when the plug-in has not been called for it yet.
  void notify(const OperationPtr& operation);

  // Calls of plug-ins, from any of their threads, with arguments that libwsmsvc has checked as backend.hpp says. They
  // return what the function of that name returns.
  DWORD operation_complete(const void* request, DWORD code, PCWSTR text);
  DWORD operation_parameters(const void* request, DWORD selector, WSMAN_DATA* data);
  DWORD free_request_details(const void* request);
  void register_shutdown_callback(const void* request, void (*callback)(void*), void* context);

  // For whoever watches the contract. Reports that `function` names a request that the plug-in has completed; false: it
  // does not. And what the plug-in has still not completed.
  bool report_completed(std::string_view function, const void* request);
  void report_open();

 private:
  using Lock = std::unique_lock<std::mutex>;

  bool wants_text(const void* request);
  void run_notification(const OperationPtr& operation);

  Services services_;
  HANDLE token_;
  std::mutex mutex_;
  std::condition_variable callback_done_;
  std::unordered_map<const void*, OperationPtr> live_;
  // Those that the plug-in has completed; only while the contract is watched.
  std::unordered_map<const void*, std::string_view> completed_;
};

// Calls a plug-in in the language of the request, without the mutex. False: it threw (log_thrown() says what).
template <class Entry>
bool enter(const std::string& locale, Entry&& entry) {
  const LocaleScope scope(locale);
  try {
    entry();
    return true;
  } catch (...) {
    keep_thrown();
    return false;
  }
}

}  // namespace winrmd::host

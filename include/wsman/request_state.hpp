// Part of wsman.hpp, not for authors: what the copies of an Operation share.
#ifndef WINRMD_WSMAN_REQUEST_STATE_HPP
#define WINRMD_WSMAN_REQUEST_STATE_HPP

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "error.hpp"

namespace wsman::detail {

#ifdef _WIN32
// Windows signals an event; a thread of the system's pool waits for it.
class EndWatch {
 public:
  // False: nothing will call.
  bool start(WSMAN_PLUGIN_REQUEST* request, void (*told)(void*), void* context) noexcept {
    told_ = told;
    context_ = context;
    return RegisterWaitForSingleObject(&wait_, request->shutdownNotificationHandle, fired, this, INFINITE,
                                       WT_EXECUTEONLYONCE) != 0;
  }
  // When it returns the call is over or will not come, unless it is the caller.
  void stop() noexcept {
    if (wait_ != nullptr) UnregisterWaitEx(wait_, firing() == this ? nullptr : INVALID_HANDLE_VALUE);
    wait_ = nullptr;
  }

 private:
  static EndWatch*& firing() noexcept {
    thread_local EndWatch* watch = nullptr;
    return watch;
  }
  static void CALLBACK fired(void* self, BOOLEAN) {
    auto* watch = static_cast<EndWatch*>(self);
    firing() = watch;
    watch->told_(watch->context_);
    firing() = nullptr;
  }

  HANDLE wait_ = nullptr;
  void (*told_)(void*) = nullptr;
  void* context_ = nullptr;
};
#else
// Here the host calls, and has stopped when WSManPluginOperationComplete returns.
class EndWatch {
 public:
  bool start(WSMAN_PLUGIN_REQUEST* request, void (*told)(void*), void* context) noexcept {
    WSManPluginRegisterShutdownCallback(request, told, context);
    return true;
  }
  void stop() noexcept {}
};
#endif

// One request of the host. Calls about it and its completion may come from several threads: the completion waits for
// the calls that are under way by being made by the last of them, so the pointer is never used after it, and nobody
// blocks for anybody. The request is completed when the last owner is gone, at the latest.
class RequestState : public std::enable_shared_from_this<RequestState> {
 public:
  using Act = std::function<void(std::shared_ptr<RequestState>)>;

  explicit RequestState(WSMAN_PLUGIN_REQUEST* request) noexcept : request_(request) {}
  RequestState(const RequestState&) = delete;
  RequestState& operator=(const RequestState&) = delete;
  ~RequestState() {
    if (ended_) return;
    ended_ = true;
    code_ = told_ || is_flagged() ? DWORD{ERROR_OPERATION_ABORTED} : DWORD{ERROR_INTERNAL_ERROR};
    tell_host(code_ == ERROR_INTERNAL_ERROR ? WSMAN_TEXT("The plug-in dropped the operation.") : nullptr);
  }

  // `act(request)` gives a result of the host; ERROR_INVALID_PARAMETER without calling it once the request has ended.
  template <typename Act>
  DWORD call(Act&& act) noexcept {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (ended_) return ERROR_INVALID_PARAMETER;
      ++calls_;
    }
    const DWORD result = act(request_);
    leave();
    return result;
  }

  // False: it has ended before.
  bool complete(DWORD code, PCWSTR text) noexcept {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (ended_) return false;
      ended_ = true;
      code_ = code;
      if (calls_ != 0) {
        keep(text);
        return true;
      }
    }
    tell_host(text);
    return true;
  }

  bool is_ended() noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    return ended_;
  }

  // The host wants it to end, or it has ended.
  bool is_ending() noexcept {
    bool flagged = false;
    const DWORD code = call([&](WSMAN_PLUGIN_REQUEST*) {
      flagged = is_flagged();
      return DWORD{NO_ERROR};
    });
    return told_ || flagged || code != NO_ERROR;
  }

  // Only before the end, and not after free_details().
  WSMAN_PLUGIN_REQUEST* details() const noexcept { return request_; }

  DWORD free_details() noexcept {
    return call([this](WSMAN_PLUGIN_REQUEST* request) {
      if (freed_.exchange(true)) return DWORD{ERROR_INVALID_PARAMETER};
      return WSManPluginFreeRequestDetails(request);
    });
  }

  // Once. False: there is one already, or the request has ended.
  bool on_end(Act act) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (ended_ || watched_) return false;
      watched_ = true;
      act_ = std::move(act);
    }
    return call([this](WSMAN_PLUGIN_REQUEST* request) {
             return watch_.start(request, told, this) ? DWORD{NO_ERROR} : DWORD{ERROR_INTERNAL_ERROR};
           }) == NO_ERROR;
  }

 private:
  // Only while the request is the host's: inside a call, or before the end.
  bool is_flagged() const noexcept { return !freed_ && request_->shutdownNotification != FALSE; }

  void leave() noexcept {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (--calls_ != 0 || !ended_) return;
    }
    tell_host(or_null(text_));
  }

  void keep(PCWSTR text) noexcept {
    try {
      if (text != nullptr) text_ = text;
    } catch (...) {
      text_.clear();  // the code counts
    }
  }

  // Once, by whoever ended it; no call is under way.
  void tell_host(PCWSTR text) noexcept {
    watch_.stop();
    WSManPluginOperationComplete(request_, 0, code_, text);
    Act unused;
    const std::lock_guard<std::mutex> lock(mutex_);
    unused.swap(act_);
  }

  // On a thread of the host. When the last owner is gone, it is in the destructor and waits for this to return.
  static void told(void* context) noexcept {
    auto* self = static_cast<RequestState*>(context);
    self->told_ = true;
    const auto owner = self->weak_from_this().lock();
    if (!owner) return;
    Act act;
    {
      const std::lock_guard<std::mutex> lock(self->mutex_);
      if (!self->ended_) act.swap(self->act_);
    }
    if (!act) return;
    guarded([&] { act(owner); }, [&](DWORD code, PCWSTR text) { owner->complete(code, text); });
  }

  WSMAN_PLUGIN_REQUEST* const request_;
  std::mutex mutex_;
  Act act_;
  EndWatch watch_;
  unsigned calls_ = 0;
  bool ended_ = false;
  bool watched_ = false;
  DWORD code_ = NO_ERROR;
  String text_;
  std::atomic<bool> told_{false};
  std::atomic<bool> freed_{false};
};

}  // namespace wsman::detail

#endif

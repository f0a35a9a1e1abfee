// Part of wsman.hpp: an operation that a plug-in owes an end.
#ifndef WINRMD_WSMAN_OPERATION_HPP
#define WINRMD_WSMAN_OPERATION_HPP

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>

#include "request_state.hpp"

namespace wsman {

// A request that a client made and the plug-in has to complete. Copies stand for the same request. It ends once: by the
// first complete() of any copy, or with an error when the last copy is gone (ERROR_INTERNAL_ERROR; or
// ERROR_OPERATION_ABORTED if the host had asked for the end). All members may be called on any thread, several at a
// time (on copies), and none throws unless it says so. Afterwards they do nothing and say ERROR_INVALID_PARAMETER or
// false.
class Operation {
 public:
  Operation() noexcept = default;  // of no request
  // Takes over the duty to complete `request`. Without memory that happens at once, with ERROR_OUTOFMEMORY.
  explicit Operation(WSMAN_PLUGIN_REQUEST* request) noexcept {
    if (request == nullptr) return;
    try {
      state_ = std::make_shared<detail::RequestState>(request);
    } catch (...) {
      WSManPluginOperationComplete(request, 0, ERROR_OUTOFMEMORY, nullptr);
    }
  }

  explicit operator bool() const noexcept { return state_ != nullptr; }

  // Ends the operation; false: it has ended before. `code` not 0: the client gets a fault with it and `text`, which may
  // be a text or an XML document. Calls that other threads are making for it are finished first; this one does not wait
  // for them. It may wait for the function given to on_end(): hold no lock that it takes.
  bool complete(DWORD code = NO_ERROR, PCWSTR text = nullptr) const noexcept {
    return state_ && state_->complete(code, text);
  }
  bool is_complete() const noexcept { return !state_ || state_->is_ended(); }

  // The host wants the operation to end, or it has ended.
  bool is_ending() const noexcept { return !state_ || state_->is_ending(); }

  // `act` is called once, on a thread of the host, when the operation is to end before it is complete: complete it
  // then. Capture no Operation, take the one that is passed. False (and no call will come): there is a function
  // already, or the operation is complete. Throws std::bad_alloc.
  bool on_end(std::function<void(const Operation&)> act) const {
    if (!state_) return false;
    return state_->on_end(
        [act = std::move(act)](std::shared_ptr<detail::RequestState> state) { act(Operation(std::move(state))); });
  }

  // What the host passed in; null: no request. Valid until the operation is complete, or free_details() was called.
  const WSMAN_PLUGIN_REQUEST* details() const noexcept { return state_ ? state_->details() : nullptr; }
  // Gives early back what details() points to; worth it for operations that live long.
  DWORD free_details() const noexcept { return state_ ? state_->free_details() : DWORD{ERROR_INVALID_PARAMETER}; }

  // For calls of the C interface: `act(request)` gives a DWORD and must not throw. The request cannot end meanwhile.
  template <typename Act>
  DWORD call(Act&& act) const noexcept {
    return state_ ? state_->call(std::forward<Act>(act)) : DWORD{ERROR_INVALID_PARAMETER};
  }

 private:
  explicit Operation(std::shared_ptr<detail::RequestState> state) noexcept : state_(std::move(state)) {}

  std::shared_ptr<detail::RequestState> state_;
};

// What every request says; for use before it is complete and before free_details(). The views end then.
class Request : public Operation {
 public:
  using Operation::Operation;

  StringView resource() const noexcept { return details() ? view(details()->resourceUri) : StringView(); }
  // Language for messages, such as "de-DE"; empty: not said.
  StringView locale() const noexcept { return details() ? view(details()->locale) : StringView(); }
  StringView user() const noexcept {
    return details() && details()->senderDetails ? view(details()->senderDetails->senderName) : StringView();
  }

  // The value of an option; nothing: the client did not send it. Names are compared without case.
  std::optional<StringView> option(StringView name) const noexcept {
    for (const WSMAN_OPTION& one : options()) {
      if (equal_no_case(view(one.name), name)) return view(one.value);
    }
    return std::nullopt;
  }

  // Throws Error(ERROR_WSMAN_OPTIONS_NOT_SUPPORTED) when the client insists on an option that is not in `known`.
  void check_options(std::initializer_list<StringView> known = {}) const {
    for (const WSMAN_OPTION& one : options()) {
      bool found = one.mustComply == FALSE;
      for (const StringView name : known) found = found || equal_no_case(view(one.name), name);
      if (!found) throw Error(ERROR_WSMAN_OPTIONS_NOT_SUPPORTED);
    }
  }

 private:
  struct Options {
    const WSMAN_OPTION* first = nullptr;
    DWORD count = 0;
    const WSMAN_OPTION* begin() const noexcept { return first; }
    const WSMAN_OPTION* end() const noexcept { return first + count; }
  };
  Options options() const noexcept {
    if (!details() || !details()->operationInfo) return {};
    const WSMAN_OPTION_SET& set = details()->operationInfo->optionSet;
    return set.options ? Options{set.options, set.optionsCount} : Options{};
  }
};

}  // namespace wsman

#endif

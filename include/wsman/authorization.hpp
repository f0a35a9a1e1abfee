// Part of wsman.hpp: questions of authorization, and tokens.
#ifndef WINRMD_WSMAN_AUTHORIZATION_HPP
#define WINRMD_WSMAN_AUTHORIZATION_HPP

#include <atomic>
#include <memory>
#include <utility>

#include "error.hpp"

namespace wsman {

// A token of the plug-in's own: closed when it goes, unless it was handed over.
class Token {
 public:
  Token() noexcept = default;
  explicit Token(HANDLE handle) noexcept : handle_(handle) {}
  Token(Token&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Token& operator=(Token&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Token() {
    if (handle_ != nullptr) CloseHandle(handle_);
  }

#ifndef _WIN32
  // An account's token, within what the configuration allows; `sender`: the token of the log-in it is for, or null.
  // Throws Error with the code of WSManPosixTokenForAccount. May take as long as a look-up in the user database.
  static Token for_account(const String& account, HANDLE sender) {
    HANDLE handle = nullptr;
    const DWORD code = WSManPosixTokenForAccount(account.c_str(), sender, &handle);
    if (code != ERROR_SUCCESS) throw Error(code);
    return Token(handle);
  }
#endif

  HANDLE get() const noexcept { return handle_; }
  HANDLE release() noexcept { return std::exchange(handle_, nullptr); }
  explicit operator bool() const noexcept { return handle_ != nullptr; }

 private:
  HANDLE handle_ = nullptr;
};

namespace detail {

// A question that has one answer; refused when nobody is left to give one.
class Pending {
 public:
  using Refuse = void (*)(WSMAN_SENDER_DETAILS*, DWORD, PCWSTR);

  Pending(WSMAN_SENDER_DETAILS* sender, Refuse how) noexcept : sender_(sender), refuse_(how) {}
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() { refuse(ERROR_INTERNAL_ERROR, WSMAN_TEXT("The plug-in dropped the question.")); }

  WSMAN_SENDER_DETAILS* sender() const noexcept { return sender_; }
  bool claim() noexcept { return !answered_.exchange(true); }
  bool refuse(DWORD code, PCWSTR text) noexcept {
    if (!claim()) return false;
    refuse_(sender_, code == ERROR_SUCCESS ? DWORD{ERROR_ACCESS_DENIED} : code, text);
    return true;
  }

 private:
  WSMAN_SENDER_DETAILS* const sender_;
  const Refuse refuse_;
  std::atomic<bool> answered_{false};
};

// Contexts are reported for nothing but their release, which drops this pointer.
using AuthzContext = std::shared_ptr<void>;

inline std::unique_ptr<AuthzContext> holder(AuthzContext context) {
  return context ? std::make_unique<AuthzContext>(std::move(context)) : nullptr;
}

}  // namespace detail

// Copies stand for the same question. It has one answer: the first that any copy gives, or a refusal with
// ERROR_INTERNAL_ERROR when the last copy is gone. Any thread; answers after the first do nothing.
class Question {
 public:
  // About the sender; only before the answer. The views end with it.
  StringView user() const noexcept { return view(sender()->senderName); }
  StringView mechanism() const noexcept { return view(sender()->authenticationMechanism); }
  StringView url() const noexcept { return view(sender()->httpURL); }
  const WSMAN_CERTIFICATE_DETAILS* certificate() const noexcept { return sender()->certificateDetails; }
  HANDLE token() const noexcept { return sender()->clientToken; }

  // No. `text`, for the client, is a text or an XML document. False: it has been answered.
  bool refuse(DWORD code = ERROR_ACCESS_DENIED, PCWSTR text = nullptr) const noexcept {
    return pending_->refuse(code, text);
  }

 protected:
  // Throws std::bad_alloc.
  Question(WSMAN_SENDER_DETAILS* from, detail::Pending::Refuse how)
      : pending_(std::make_shared<detail::Pending>(from, how)) {}
  WSMAN_SENDER_DETAILS* sender() const noexcept { return pending_->sender(); }
  bool claim() const noexcept { return pending_->claim(); }

 private:
  std::shared_ptr<detail::Pending> pending_;
};

// May this user do anything here? `context` of the answers is kept until the host needs the user no more.
class UserQuestion : public Question {
 public:
  explicit UserQuestion(WSMAN_SENDER_DETAILS* sender) : Question(sender, refused) {}

  // Yes, under the account of the log-in. All three: an administrator may see and end shells of others; DWORD is 0 when
  // the answer was in time. They throw std::bad_alloc, before they answer.
  DWORD allow(bool administrator = false, std::shared_ptr<void> context = nullptr) const {
    return answer(token(), administrator, std::move(context));
  }
  // Yes, under the account of `token`. A token that the host did not take is closed.
  DWORD allow_as(Token token, bool administrator = false, std::shared_ptr<void> context = nullptr) const {
    if (!token) throw Error(ERROR_INVALID_HANDLE);  // no token would mean the service account
    const DWORD code = answer(token.get(), administrator, std::move(context));
    if (code == ERROR_SUCCESS) token.release();
    return code;
  }
  // Yes, under the service account.
  DWORD allow_as_service(bool administrator = false, std::shared_ptr<void> context = nullptr) const {
    return answer(nullptr, administrator, std::move(context));
  }
  // Elsewhere.
  bool redirect(const String& url) const noexcept { return refuse(ERROR_WSMAN_REDIRECT_REQUESTED, url.c_str()); }

  static void refused(WSMAN_SENDER_DETAILS* sender, DWORD code, PCWSTR text) noexcept {
    WSManPluginAuthzUserComplete(sender, 0, nullptr, nullptr, FALSE, code, text);
  }

 private:
  DWORD answer(HANDLE token, bool administrator, std::shared_ptr<void> context) const {
    auto holder = detail::holder(std::move(context));
    if (!claim()) return ERROR_INVALID_PARAMETER;
    // Also a late context is released by the host.
    return WSManPluginAuthzUserComplete(sender(), 0, holder.release(), token, administrator ? TRUE : FALSE,
                                        ERROR_SUCCESS, nullptr);
  }
};

// May this user do this?
class OperationQuestion : public Question {
 public:
  OperationQuestion(WSMAN_SENDER_DETAILS* sender, DWORD operation, PCWSTR action, PCWSTR resource)
      : Question(sender, refused), operation_(operation), action_(view(action)), resource_(view(resource)) {}

  DWORD operation() const noexcept { return operation_; }  // WSManOperation...
  StringView action() const noexcept { return action_; }
  StringView resource() const noexcept { return resource_; }

  // Yes. `context` is kept until the operation is over. 0: in time. Throws std::bad_alloc, before it answers.
  DWORD allow(std::shared_ptr<void> context = nullptr) const {
    auto holder = detail::holder(std::move(context));
    if (!claim()) return ERROR_INVALID_PARAMETER;
    return WSManPluginAuthzOperationComplete(sender(), 0, holder.release(), ERROR_SUCCESS, nullptr);
  }

  static void refused(WSMAN_SENDER_DETAILS* sender, DWORD code, PCWSTR text) noexcept {
    WSManPluginAuthzOperationComplete(sender, 0, nullptr, code, text);
  }

 private:
  DWORD operation_;
  StringView action_;
  StringView resource_;
};

// How much may this user use?
class QuotaQuestion : public Question {
 public:
  explicit QuotaQuestion(WSMAN_SENDER_DETAILS* sender) : Question(sender, refused) {}

  // 0: in time.
  DWORD limit(WSMAN_AUTHZ_QUOTA quota) const noexcept {
    if (!claim()) return ERROR_INVALID_PARAMETER;
    return WSManPluginAuthzQueryQuotaComplete(sender(), 0, &quota, ERROR_SUCCESS, nullptr);
  }
  DWORD no_limit() const noexcept { return limit({none, none, none, none}); }

  static void refused(WSMAN_SENDER_DETAILS* sender, DWORD code, PCWSTR text) noexcept {
    WSManPluginAuthzQueryQuotaComplete(sender, 0, nullptr, code, text);
  }

 private:
  static constexpr DWORD none = 0xFFFFFFFFU;
};

}  // namespace wsman

#endif

#include "pam/pam_check.hpp"

#include <fmt/format.h>
#include <security/pam_appl.h>

#include "lib/text/ascii.hpp"
#include "pam/conversation.hpp"
#include "pam/shadow.hpp"

namespace winrmd::pam {
namespace {

// Modules ask for seconds of sleep after a failure. Answers have a fixed time of their own, and guessing is slowed down
// where all schemes are seen together.
void no_delay(int /*status*/, unsigned /*microseconds*/, void* /*data*/) {}

Result<void> failed(pam_handle_t* handle, const char* step, int status) {
  return fail(fmt::format("PAM {}: {}", step, ::pam_strerror(handle, status)));
}

// A module may have made somebody else of the user.
bool is_still(pam_handle_t* handle, const std::string& account) {
  const void* item = nullptr;
  return ::pam_get_item(handle, PAM_USER, &item) == PAM_SUCCESS && item != nullptr &&
         account == static_cast<const char*>(item);
}

Result<void> ask(pam_handle_t* handle, const ipc::PamCheck& request) {
  int status = ::pam_set_item(handle, PAM_RHOST, request.peer.c_str());
  if (status == PAM_SUCCESS) status = ::pam_set_item(handle, PAM_TTY, "winrm");
  if (status == PAM_SUCCESS) status = ::pam_set_item(handle, PAM_FAIL_DELAY, reinterpret_cast<const void*>(no_delay));
  if (status != PAM_SUCCESS) return failed(handle, "set-up", status);
  if (request.authenticate) {
    status = ::pam_authenticate(handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    if (status != PAM_SUCCESS) return failed(handle, "authentication", status);
  }
  status = ::pam_acct_mgmt(handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
  if (status != PAM_SUCCESS) return failed(handle, "account", status);
  if (!is_still(handle, request.account)) return fail("PAM has changed the user");
  return {};
}

Result<void> ask_pam(const std::string& service, const ipc::PamCheck& request) {
  const auto conv = conversation(request.password);
  pam_handle_t* handle = nullptr;
  const int status = ::pam_start(service.c_str(), request.account.c_str(), &conv, &handle);
  if (status != PAM_SUCCESS) return fail(fmt::format("PAM does not start: {}", ::pam_strerror(handle, status)));
  auto result = ask(handle, request);
  ::pam_end(handle, result ? PAM_SUCCESS : PAM_AUTH_ERR);
  return result;
}

Result<void> run(const ipc::PamSetup& setup, const ipc::PamCheck& request) {
  if (request.account.empty() || request.account.contains('\0') || request.peer.contains('\0')) {
    return fail("the request is malformed");
  }
  if (request.authenticate) {
    if (setup.service.empty()) return fail("passwords of system accounts are not taken");
    if (request.password.empty()) return fail("the password is empty");
    if (request.password.size() > max_password_size) return fail("the password is too long");
    if (request.password.contains('\0')) return fail("the password has a NUL");
  }
  if (!setup.service.empty()) {
    if (auto asked = ask_pam(setup.service, request); !asked) return asked;
  }
  return check_shadow(request.account);
}

}  // namespace

ipc::PamVerdict check(const ipc::PamSetup& setup, ipc::PamCheck& request) {
  const auto result = run(setup, request);
  text::wipe(request.password);
  return {.admitted = result.has_value(), .reason = result ? std::string() : result.error().message};
}

}  // namespace winrmd::pam

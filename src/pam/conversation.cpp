#include "pam/conversation.hpp"

#include <stdlib.h>
#include <string.h>

namespace winrmd::pam {
namespace {

void free_replies(pam_response* replies, int count) {
  for (int i = 0; i < count; ++i) {
    if (replies[i].resp != nullptr) ::explicit_bzero(replies[i].resp, ::strlen(replies[i].resp));
    ::free(replies[i].resp);
  }
  ::free(replies);
}

// Called by modules. Replies are freed by them.
int converse(int count, const pam_message** messages, pam_response** replies, void* data) {
  if (count <= 0 || count > PAM_MAX_NUM_MSG || messages == nullptr || replies == nullptr) return PAM_CONV_ERR;
  const auto& password = *static_cast<const std::string*>(data);
  auto* made = static_cast<pam_response*>(::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
  if (made == nullptr) return PAM_BUF_ERR;
  for (int i = 0; i < count; ++i) {
    const int style = messages[i]->msg_style;
    if (style == PAM_ERROR_MSG || style == PAM_TEXT_INFO) continue;
    // A second factor or a new password: there is nobody who could answer.
    if (style != PAM_PROMPT_ECHO_OFF) {
      free_replies(made, i);
      return PAM_CONV_ERR;
    }
    made[i].resp = ::strdup(password.c_str());
    if (made[i].resp == nullptr) {
      free_replies(made, i);
      return PAM_BUF_ERR;
    }
  }
  *replies = made;
  return PAM_SUCCESS;
}

}  // namespace

pam_conv conversation(const std::string& password) {
  return {.conv = converse, .appdata_ptr = const_cast<std::string*>(&password)};
}

}  // namespace winrmd::pam

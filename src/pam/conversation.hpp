// What PAM modules ask, and what they are told: the password, once to each question that is not echoed.
#pragma once

#include <security/pam_appl.h>

#include <string>

namespace winrmd::pam {

// `password` must live as long as the conversation is used.
pam_conv conversation(const std::string& password);

}  // namespace winrmd::pam

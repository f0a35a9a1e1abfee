// Whom a client's certificate means: the rules of login.certificate over what was verified. No I/O; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.hpp"
#include "lib/certificate/certificate.hpp"
#include "lib/ipc/messages_control.hpp"

namespace winrmd::auth {

struct CertificateLogin {
  std::string user;  // as a log-in name
  ipc::CertificateDetails details;
};

// `chain`: verified, the client's first. The subject of a rule is compared with the UPN; a certificate without one with
// its e-mail addresses and DNS names; one without those with the CN. Of the rules that fit, the one with the longest
// subject decides, among those the one with the longest URI. Nobody when none fits, or when what is left disagrees. The
// error is the reason, for the log.
Result<CertificateLogin> map_certificate(std::span<const certificate::Description> chain,
                                         std::span<const ipc::CertificateRule> rules);

// `*` in the pattern stands for any text, `?` for one character (byte); ASCII letters are equal in either case.
bool fits_pattern(std::string_view pattern, std::string_view text);

}  // namespace winrmd::auth

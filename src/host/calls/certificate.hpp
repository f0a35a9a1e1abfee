// What plug-ins are told about a client's certificate.
#pragma once

#include <optional>

#include "host/calls/arena.hpp"
#include "host/core/wsman.hpp"
#include "lib/ipc/messages_control.hpp"

namespace winrmd::host {

// Null when the log-in was not made with one. The structure and its texts are the arena's.
inline WSMAN_CERTIFICATE_DETAILS* certificate_details(Arena& arena,
                                                      const std::optional<ipc::CertificateDetails>& certificate) {
  if (!certificate) return nullptr;
  auto* const details = arena.array<WSMAN_CERTIFICATE_DETAILS>(1);
  details->subject = arena.text(certificate->subject);
  details->issuerName = arena.text(certificate->issuer_name);
  details->issuerThumbprint = arena.text(certificate->issuer_thumbprint);
  details->subjectName = arena.text(certificate->subject_name);
  return details;
}

}  // namespace winrmd::host

// What the files here share.
#pragma once

#include "lib/certificate/certificate.hpp"
#include "lib/tls/openssl.hpp"

namespace winrmd::certificate {

// Null, with an error, for what is no single certificate.
Result<tls::CertificatePtr> parse(std::string_view der);
Result<Description> describe(const X509* certificate);

}  // namespace winrmd::certificate

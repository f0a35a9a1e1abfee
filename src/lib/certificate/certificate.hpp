// What a certificate says, and whether it is to be believed. Bytes in, values out; no I/O. Any thread.
#pragma once

#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::certificate {

// Larger ones are refused.
inline constexpr std::size_t max_certificate_size = 16U << 10;
// Certificates that a client may send, its own included.
inline constexpr std::size_t max_chain = 10;
// Alternative names of one kind; more are refused.
inline constexpr std::size_t max_names = 64;

struct Description {
  std::string subject{};      // distinguished name, most specific part first: `CN=alice, OU=Sales, C=US`
  std::string issuer{};       // the same of the issuer
  std::string thumbprint{};   // SHA-1, 40 lower-case hexadecimal digits
  std::string common_name{};  // the last CN of the subject; empty: none
  // Alternative names.
  std::vector<std::string> upns{};  // otherName 1.3.6.1.4.1.311.20.2.3
  std::vector<std::string> emails{};
  std::vector<std::string> dns{};
  std::vector<std::string> uris{};
};

// Reads one certificate in DER, with nothing behind it. Fails for one whose names are not clean text: with a NUL or
// another control character, not convertible to UTF-8, of the wrong type.
Result<Description> describe(std::string_view der);

// Who may issue client certificates. Immutable after create.
class Verifier {
 public:
  // PEM text of issuers, each trusted by itself, and revocation lists.
  static Result<Verifier> create(std::string_view issuers_pem);

  // `chain`: DER, the client's certificate first, then what helps to reach an issuer. Gives the chain that was verified
  // (purpose: client authentication; validity at `when`), the client's first. The error says what is wrong.
  [[nodiscard]] Result<std::vector<Description>> verify(std::span<const std::string> chain, std::time_t when) const;

 private:
  struct Impl;
  explicit Verifier(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace winrmd::certificate

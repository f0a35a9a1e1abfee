#include <array>

#include "lib/tls/openssl.hpp"

namespace winrmd::tls {
namespace {

// RFC 5929 4.1: the hash of the certificate's signature, but SHA-256 in place of MD5 and SHA-1. Signatures without one
// hash of their own (Ed25519) are not defined there; clients take SHA-256.
const EVP_MD* binding_hash(const X509* certificate) {
  int hash = NID_undef;
  // get_signature_info caches what it finds in the certificate, hence no const.
  if (X509_get_signature_info(const_cast<X509*>(certificate), &hash, nullptr, nullptr, nullptr) != 1 ||
      hash == NID_undef || hash == NID_md5 || hash == NID_sha1 || hash == NID_md5_sha1) {
    return EVP_sha256();
  }
  const EVP_MD* found = EVP_get_digestbynid(hash);
  return found == nullptr ? EVP_sha256() : found;
}

}  // namespace

Result<std::string> end_point_binding(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  if (X509_digest(certificate, binding_hash(certificate), hash.data(), &size) != 1) {
    return openssl_failure("the certificate has no hash");
  }
  return "tls-server-end-point:" + std::string(reinterpret_cast<const char*>(hash.data()), size);
}

std::string subject_public_key_of(const X509* certificate) {
  const ASN1_BIT_STRING* key = X509_get0_pubkey_bitstr(certificate);
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(key)), static_cast<std::size_t>(ASN1_STRING_length(key))};
}

}  // namespace winrmd::tls

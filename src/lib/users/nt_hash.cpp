#include "lib/users/nt_hash.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <array>
#include <memory>

#include "lib/text/ascii.hpp"
#include "lib/text/utf.hpp"
#include "lib/users/password.hpp"

namespace winrmd::users {
namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};

// A library context of its own, so that nothing else in the process gets weak algorithms with it.
class LegacyDigest {
 public:
  LegacyDigest() : context_(OSSL_LIB_CTX_new()) {
    provider_.reset(OSSL_PROVIDER_load(context_.get(), "legacy"));
    md4_.reset(EVP_MD_fetch(context_.get(), "MD4", nullptr));
  }
  [[nodiscard]] const EVP_MD* md4() const { return md4_.get(); }

 private:
  std::unique_ptr<OSSL_LIB_CTX, Free<OSSL_LIB_CTX_free>> context_;
  std::unique_ptr<OSSL_PROVIDER, Free<OSSL_PROVIDER_unload>> provider_;
  std::unique_ptr<EVP_MD, Free<EVP_MD_free>> md4_;
};

std::string little_endian(std::u16string_view text) {
  std::string bytes;
  for (const char16_t unit : text) {
    bytes += static_cast<char>(unit & 0xff);
    bytes += static_cast<char>(unit >> 8);
  }
  return bytes;
}

}  // namespace

Result<std::string> nt_hash(const std::string& password) {
  if (password.empty() || password.size() > max_password_size || password.contains('\0')) {
    return fail("a password has 1 to 511 bytes and no NUL");
  }
  auto wide = text::to_utf16(password);
  if (!wide) return fail("a password for NTLM must be UTF-8");
  const LegacyDigest legacy;
  if (legacy.md4() == nullptr) return fail("OpenSSL's legacy provider is not available, and with it MD4 for NT hashes");
  std::string bytes = little_endian(*wide);
  std::array<unsigned char, 16> hash{};
  unsigned size = 0;
  const bool made = ::EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, legacy.md4(), nullptr) == 1;
  text::wipe(bytes);
  ::OPENSSL_cleanse(wide->data(), wide->size() * sizeof(char16_t));
  if (!made || size != hash.size()) return fail("OpenSSL does not make an MD4 hash");
  std::string hex;
  hex.reserve(2 * hash.size());
  for (const unsigned char byte : hash) hex += fmt::format("{:02X}", byte);
  ::OPENSSL_cleanse(hash.data(), hash.size());
  return hex;
}

}  // namespace winrmd::users

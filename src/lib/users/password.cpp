#include "lib/users/password.hpp"

#include <crypt.h>
#include <openssl/crypto.h>
#include <string.h>

#include <memory>

#include "lib/text/guid.hpp"

namespace winrmd::users {
namespace {

// libcrypt's scratch memory holds the password and what is derived from it.
struct WipeAndFree {
  void operator()(crypt_data* data) const {
    ::explicit_bzero(data, sizeof *data);
    delete data;
  }
};

bool fits(const std::string& password) {
  return !password.empty() && password.size() <= max_password_size && !password.contains('\0');
}

// Empty when the setting is none that libcrypt can work with.
std::string hash_with(const std::string& setting, const std::string& password) {
  const std::unique_ptr<crypt_data, WipeAndFree> data(new crypt_data{});
  const char* hash = ::crypt_r(password.c_str(), setting.c_str(), data.get());
  return hash == nullptr || hash[0] == '*' ? std::string() : std::string(hash);
}

}  // namespace

Result<std::string> hash_password(const std::string& password, unsigned long cost) {
  if (!fits(password)) return fail("a password has 1 to 511 bytes and no NUL");
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (::crypt_gensalt_rn("$y$", cost, nullptr, 0, setting, sizeof setting) == nullptr) {
    return fail("libcrypt has no yescrypt");
  }
  auto hash = hash_with(setting, password);
  if (hash.empty()) return fail("libcrypt cannot hash the password");
  return hash;
}

bool verify_password(const std::string& hash, const std::string& password) {
  // An unfit password takes as long as any other, and is then refused.
  const auto computed = hash_with(hash, fits(password) ? password : std::string("unfit"));
  const bool same = computed.size() == hash.size() && CRYPTO_memcmp(computed.data(), hash.data(), hash.size()) == 0;
  return same && !computed.empty() && fits(password);
}

bool usable_hash(const std::string& hash) { return ::crypt_checksalt(hash.c_str()) == CRYPT_SALT_OK; }

std::string dummy_hash(const std::string& hash) {
  const auto secret = text::new_guid();
  if (usable_hash(hash)) {
    auto same_cost = hash_with(hash, secret);
    if (!same_cost.empty()) return same_cost;
  }
  return hash_password(secret).value_or("*");
}

}  // namespace winrmd::users

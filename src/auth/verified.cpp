#include "auth/verified.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "lib/text/ascii.hpp"
#include "lib/text/guid.hpp"

namespace winrmd::auth {
namespace {

// Length first, so that no two lists of parts give one text.
void append_part(std::string& text, const std::string& part) {
  const auto size = static_cast<std::uint64_t>(part.size());
  for (unsigned shift = 0; shift < 64; shift += 8) text += static_cast<char>(size >> shift);
  text += part;
}

}  // namespace

Verified::Verified() : key_(text::random_bytes(32)) {}

Mac Verified::mac(const std::string& user, const std::string& hash, const std::string& password) const {
  std::string text;
  text.reserve(user.size() + hash.size() + password.size() + 24);
  append_part(text, user);
  append_part(text, hash);
  append_part(text, password);
  Mac mac{};
  ::HMAC(::EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), nullptr);
  text::wipe(text);
  return mac;
}

void Verified::add(const std::string& user, const Mac& mac, Admission admission, Clock::time_point now) {
  if (known_.size() >= max_verified)
    std::erase_if(known_, [&](const auto& entry) { return entry.second.until <= now; });
  if (known_.size() >= max_verified) known_.clear();
  known_[user] = {.mac = mac, .admission = std::move(admission), .until = now + verified_for};
}

const Admission* Verified::find(const std::string& user, const Mac& mac, Clock::time_point now) const {
  const auto found = known_.find(user);
  if (found == known_.end() || found->second.until <= now) return nullptr;
  return ::CRYPTO_memcmp(found->second.mac.data(), mac.data(), mac.size()) == 0 ? &found->second.admission : nullptr;
}

bool AccountFiles::changed() {
  const std::array now{users::stamp_of("/etc/passwd"), users::stamp_of("/etc/shadow"), users::stamp_of("/etc/group")};
  return std::exchange(stamps_, now) != now;
}

}  // namespace winrmd::auth

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

#include "lib/credssp/ts_request.hpp"

namespace winrmd::credssp {
namespace {

// The NUL at the end of each is part of what is hashed.
constexpr std::string_view client_magic("CredSSP Client-To-Server Binding Hash\0", 38);
constexpr std::string_view server_magic("CredSSP Server-To-Client Binding Hash\0", 38);

std::string hash(std::string_view magic, std::string_view nonce, std::string_view public_key) {
  std::string input(magic);
  input.append(nonce).append(public_key);
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (EVP_Digest(input.data(), input.size(), out.data(), &size, EVP_sha256(), nullptr) != 1) return {};
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace

std::string client_binding(std::uint32_t version, std::string_view nonce, std::string_view public_key) {
  if (version >= first_version_with_nonce) return hash(client_magic, nonce, public_key);
  return std::string(public_key);
}

std::string server_binding(std::uint32_t version, std::string_view nonce, std::string_view public_key) {
  if (version >= first_version_with_nonce) return hash(server_magic, nonce, public_key);
  std::string changed(public_key);
  if (!changed.empty()) changed[0] = static_cast<char>(changed[0] + 1);
  return changed;
}

bool same_binding(std::string_view a, std::string_view b) {
  return !a.empty() && a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace winrmd::credssp

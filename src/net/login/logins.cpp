#include "net/login/logins.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "lib/ipc/messages_login.hpp"
#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/guid.hpp"

namespace winrmd::net {

Logins::Logins(asio::io_context& context, Tokens& tokens, Audit& audit)
    : context_(context), tokens_(tokens), audit_(audit), key_(text::random_bytes(32)) {}

void Logins::connect(Fd channel) {
  // The channel before it closes by itself when everything that came through it has been read.
  auth_ = std::make_shared<Link>(context_, std::move(channel));
  auth_->start(
      [this](ipc::Frame frame) {
        // An answer that nobody waits for any more: the reference that it hands over is let go at once.
        auto late = ipc::decode<ipc::LoginResult>(frame);
        text::wipe(frame.fields);
        if (!late) return;
        text::wipe(late->context);
        tokens_.adopt(late->token, late->account);
      },
      [] { log::warning("auth_channel_closed"); });
}

void Logins::expire(Link::Clock::time_point now) {
  if (const auto auth = auth_) auth->expire(now);
}

Logins::Digest Logins::digest(std::string_view credentials) const {
  Digest result{};
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(credentials.data()), credentials.size(), result.data(), nullptr);
  return result;
}

bool same(const Logins::Digest& a, const Logins::Digest& b) { return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

}  // namespace winrmd::net

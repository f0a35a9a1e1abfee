#include "net/login/credssp_protection.hpp"

#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::net {
namespace {

// Plain text of one part, and of one TLS record: clients split what they send like that, too.
constexpr std::size_t chunk_size = 16U << 10;
constexpr int certificate_days = 3650;

std::shared_ptr<tls::ServerContext> make_tls() {
  // RSA, because that is what Windows makes; version 1.2, because in 1.3 the server has something to say (tickets)
  // after the client's last word, for which these headers have no place.
  auto made = tls::make_self_signed({"winrmd"}, certificate_days, tls::KeyKind::rsa_2048);
  auto context = made ? tls::ServerContext::create(made->certificate_pem, made->key_pem, {.tls_1_3 = false})
                      : std::unexpected(made.error());
  if (made) text::wipe(made->key_pem);
  if (context) return std::move(*context);
  log::error("credssp_unavailable", {{"error", context.error().message}});
  return nullptr;
}

class CredsspProtection : public seal::Protection {
 public:
  explicit CredsspProtection(tls::ServerSession session) : session_(std::move(session)) {}

  [[nodiscard]] bool speaks(seal::Protocol protocol) const override { return protocol == seal::Protocol::credssp; }

  Result<std::string> open(const seal::Part& part) override {
    std::string plain;
    if (auto taken = session_.received(part.bytes, plain); !taken) return std::unexpected(taken.error());
    if (session_.peer_closed()) return fail("the client has closed the TLS session");
    if (plain.size() != part.length) return fail("a sealed message of another length than it announces");
    return plain;
  }

  Result<std::vector<seal::Piece>> seal(std::string_view plain) override {
    std::vector<seal::Piece> pieces;
    do {
      const auto chunk = plain.substr(0, chunk_size);
      plain.remove_prefix(chunk.size());
      if (auto written = session_.write(chunk); !written) return std::unexpected(written.error());
      seal::Piece piece;
      session_.pending(piece.data);
      piece.length = chunk.size();
      // What the cipher adds behind the text; clients take the number for the size of a header, or ignore it.
      const auto before = session_.record_header_size() + chunk.size();
      piece.split = static_cast<std::uint32_t>(piece.data.size() > before ? piece.data.size() - before : 0);
      pieces.push_back(std::move(piece));
    } while (!plain.empty());
    return pieces;
  }

 private:
  tls::ServerSession session_;
};

}  // namespace

const std::shared_ptr<tls::ServerContext>& credssp_tls() {
  static const auto context = make_tls();
  return context;
}

std::unique_ptr<seal::Protection> make_credssp_protection(tls::ServerSession session) {
  return std::make_unique<CredsspProtection>(std::move(session));
}

}  // namespace winrmd::net

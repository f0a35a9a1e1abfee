#include "net/login/gss_protection.hpp"

#include "lib/gss/gss.hpp"

namespace winrmd::net {
namespace {

// RC4 in Kerberos has an octet of padding, which clients count in what they announce, or do not.
constexpr std::size_t most_padding = 1;

class GssProtection : public seal::Protection {
 public:
  GssProtection(gss::SealedContext context, gss::Kind kind) : context_(std::move(context)), kind_(kind) {}

  [[nodiscard]] bool speaks(seal::Protocol protocol) const override { return protocol != seal::Protocol::credssp; }

  Result<std::string> open(const seal::Part& part) override {
    if (part.split > part.bytes.size()) return fail("a header longer than the message");
    auto plain = context_.unwrap(part.bytes.substr(0, part.split), part.bytes.substr(part.split));
    if (!plain) return plain;
    const auto padding = kind_ == gss::Kind::kerberos ? most_padding : 0;
    if (part.length < plain->size() || part.length - plain->size() > padding)
      return fail("a sealed message of another length than it announces");
    return plain;
  }

  Result<std::vector<seal::Piece>> seal(std::string_view plain) override {
    auto sealed = context_.wrap(plain);
    if (!sealed) return std::unexpected(sealed.error());
    std::vector<seal::Piece> pieces(1);
    pieces[0].length = sealed->length;
    pieces[0].split = static_cast<std::uint32_t>(sealed->header.size());
    pieces[0].header = std::move(sealed->header);
    pieces[0].data = std::move(sealed->data);
    return pieces;
  }

 private:
  gss::SealedContext context_;
  gss::Kind kind_;
};

}  // namespace

Result<std::unique_ptr<seal::Protection>> make_gss_protection(ipc::Sealing sealing, std::string_view exported) {
  if (sealing == ipc::Sealing::none) return fail("a context that cannot seal");
  const auto kind = sealing == ipc::Sealing::ntlm ? gss::Kind::ntlm : gss::Kind::kerberos;
  auto context = gss::SealedContext::import(kind, exported);
  if (!context) return std::unexpected(context.error());
  return std::make_unique<GssProtection>(std::move(*context), kind);
}

}  // namespace winrmd::net

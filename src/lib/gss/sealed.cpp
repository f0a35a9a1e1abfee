#include <array>

#include "lib/gss/handles.hpp"

namespace winrmd::gss {
namespace {

// The library's idea of "sealed, but": out of order, repeated. Not an error to the library, but to us.
bool clean(OM_uint32 major) { return major == GSS_S_COMPLETE; }

// gss-ntlmssp has no scatter/gather calls: one token, header first.
Result<Sealed> wrap_token(gss_ctx_id_t context, std::string_view plain) {
  auto in = input(plain);
  Buffer out;
  OM_uint32 minor = 0;
  int encrypted = 0;
  const auto major = gss_wrap(&minor, context, 1, GSS_C_QOP_DEFAULT, &in, &encrypted, out.get());
  if (!clean(major)) return std::unexpected(failure("cannot seal", major, minor));
  const auto token = out.view();
  if (encrypted == 0) return fail("the context does not encrypt");
  if (token.size() != ntlm_signature_size + plain.size()) return fail("a sealed message of an unexpected size");
  return Sealed{.header = std::string(token.substr(0, ntlm_signature_size)),
                .data = std::string(token.substr(ntlm_signature_size)),
                .length = plain.size()};
}

std::string_view view(const gss_iov_buffer_desc& part) {
  return {static_cast<const char*>(part.buffer.value), part.buffer.length};
}

// Without a trailer everything that protects the data is in the header, which is the layout that clients read.
Result<Sealed> wrap_parts(gss_ctx_id_t context, std::string_view plain) {
  Sealed sealed{.header = {}, .data = std::string(plain), .length = plain.size()};
  std::array<gss_iov_buffer_desc, 3> parts{
      {{.type = GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, .buffer = {}},
       {.type = GSS_IOV_BUFFER_TYPE_DATA, .buffer = {.length = sealed.data.size(), .value = sealed.data.data()}},
       {.type = GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, .buffer = {}}}};
  OM_uint32 minor = 0;
  int encrypted = 0;
  const auto major =
      gss_wrap_iov(&minor, context, 1, GSS_C_QOP_DEFAULT, &encrypted, parts.data(), static_cast<int>(parts.size()));
  sealed.header = view(parts[0]);
  sealed.data += view(parts[2]);
  sealed.length += parts[2].buffer.length;
  OM_uint32 ignored = 0;
  gss_release_iov_buffer(&ignored, parts.data(), static_cast<int>(parts.size()));
  if (!clean(major)) return std::unexpected(failure("cannot seal", major, minor));
  if (encrypted == 0) return fail("the context does not encrypt");
  return sealed;
}

}  // namespace

struct SealedContext::Impl {
  Kind kind;
  Context context;
};

SealedContext::SealedContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SealedContext::~SealedContext() = default;
SealedContext::SealedContext(SealedContext&&) noexcept = default;
SealedContext& SealedContext::operator=(SealedContext&&) noexcept = default;

Result<SealedContext> SealedContext::import(Kind kind, std::string_view exported) {
  auto in = input(exported);
  Context context;
  OM_uint32 minor = 0;
  const auto major = gss_import_sec_context(&minor, &in, context.out());
  if (!clean(major)) return std::unexpected(failure("cannot import a context", major, minor));
  return SealedContext(std::make_unique<Impl>(kind, std::move(context)));
}

Result<Sealed> SealedContext::wrap(std::string_view plain) {
  return impl_->kind == Kind::ntlm ? wrap_token(impl_->context.get(), plain) : wrap_parts(impl_->context.get(), plain);
}

Result<std::string> SealedContext::unwrap(std::string_view header, std::string_view data) {
  if (impl_->kind == Kind::ntlm && header.size() != ntlm_signature_size) return fail("a signature of a wrong size");
  if (data.empty()) return fail("a sealed message of nothing");
  std::string token;
  token.reserve(header.size() + data.size());
  token.append(header).append(data);
  auto in = input(token);
  Buffer plain;
  OM_uint32 minor = 0;
  int encrypted = 0;
  const auto major = gss_unwrap(&minor, impl_->context.get(), &in, plain.get(), &encrypted, nullptr);
  if (!clean(major)) return std::unexpected(failure("cannot unseal", major, minor));
  if (encrypted == 0) return fail("a message that is signed, not sealed");
  return std::string(plain.view());
}

}  // namespace winrmd::gss

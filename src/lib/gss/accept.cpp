#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "lib/gss/accept_state.hpp"
#include "lib/gss/ntlm_gate.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::gss {
namespace {

// OIDs in DER, as the library compares them.
gss_OID_desc oid(std::string_view der) { return {static_cast<OM_uint32>(der.size()), const_cast<char*>(der.data())}; }
constexpr std::string_view krb5_der("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", 9);
constexpr std::string_view microsoft_krb5_der("\x2a\x86\x48\x82\xf7\x12\x01\x02\x02", 9);
constexpr std::string_view spnego_der("\x2b\x06\x01\x05\x05\x02", 6);
constexpr std::string_view ntlm_der("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a", 10);

std::string_view view(const gss_OID_desc* one) {
  return one == nullptr ? std::string_view() : std::string_view(static_cast<char*>(one->elements), one->length);
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

// One name may be `user`, `DOMAIN\user`, or `user@REALM`.
struct NameParts {
  std::string user;
  std::string domain;
};

Result<NameParts> split_ntlm(std::string_view name) {
  const auto slash = name.find('\\');
  if (slash == std::string_view::npos) return NameParts{.user = std::string(name), .domain = {}};
  return NameParts{.user = std::string(name.substr(slash + 1)), .domain = std::string(name.substr(0, slash))};
}

Result<NameParts> split_kerberos(std::string_view name) {
  // The library marks special characters within a part of a name so. No account has such a name.
  if (name.contains('\\')) return fail("a principal with special characters");
  const auto at = name.rfind('@');
  if (at == std::string_view::npos) return fail("a principal without a realm");
  if (name.starts_with("WELLKNOWN/")) return fail("a principal that is nobody");
  return NameParts{.user = std::string(name.substr(0, at)), .domain = std::string(name.substr(at + 1))};
}

// What the client would rather have: whichever mechanism is named first. A list in SPNEGO is in the client's order, and
// a raw token begins with its mechanism. The library reads the token properly; with the credential that fits.
bool prefers_ntlm(std::string_view token) {
  const auto ntlm = std::min(token.find(ntlm_der), token.find("NTLMSSP"));
  return ntlm < std::min(token.find(krb5_der), token.find(microsoft_krb5_der));
}

struct KeyValue {
  const char* key;
  const std::string& value;
};

// One mechanism, raw and, when `spnego` is set, as the only one in SPNEGO.
Result<Credential> acquire(gss_name_t name, std::string_view mechanism, bool spnego, const KeyValue& file) {
  std::array<gss_OID_desc, 2> wanted{oid(mechanism), oid(spnego_der)};
  gss_OID_set_desc mechanisms{.count = spnego ? 2U : 1U, .elements = wanted.data()};
  gss_key_value_element_desc element{.key = file.key, .value = file.value.c_str()};
  const gss_key_value_set_desc store{.count = 1, .elements = &element};
  Credential credential;
  OM_uint32 minor = 0;
  auto major = gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT, &store,
                                     credential.out(), nullptr, nullptr);
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("no keys to accept log-ins with", major, minor));
  if (!spnego) return credential;
  gss_OID_set_desc inner{.count = 1, .elements = wanted.data()};
  major = gss_set_neg_mechs(&minor, credential.get(), &inner);
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("cannot limit SPNEGO", major, minor));
  return credential;
}

// Without a name: any key of the keytab serves.
Result<Credential> acquire_kerberos(const std::string& keytab, bool spnego) {
  return acquire(GSS_C_NO_NAME, krb5_der, spnego, {.key = "keytab", .value = keytab});
}

// The library takes the file only for a name of its own, and SPNEGO gives one name to all: hence a credential for each
// mechanism.
Result<Credential> acquire_ntlm(const std::string& file) {
  Name name;
  const auto text = '@' + host_name();
  auto in = input(text);
  OM_uint32 minor = 0;
  const auto major = gss_import_name(&minor, &in, GSS_C_NT_HOSTBASED_SERVICE, name.out());
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("no name of this host", major, minor));
  return acquire(name.get(), ntlm_der, true, {.key = "ntlmssp_keyfile", .value = file});
}

}  // namespace

void set_up_process() {
  ::setenv("LM_COMPAT_LEVEL", "5", 1);
  // Both said, the library does not ask winbind for them. Any other domain would make it leave decisions to winbind.
  const auto host = host_name();
  ::setenv("NETBIOS_COMPUTER_NAME", text::to_upper(host.substr(0, host.find('.'))).c_str(), 1);
  ::setenv("NETBIOS_DOMAIN_NAME", std::string(ntlm_domain).c_str(), 1);
}

AcceptContext::AcceptContext(KeyFiles files, Accept accept) : impl_(std::make_unique<Impl>()) {
  impl_->files = std::move(files);
  impl_->scheme = accept;
}
AcceptContext::~AcceptContext() = default;
AcceptContext::AcceptContext(AcceptContext&&) noexcept = default;
AcceptContext& AcceptContext::operator=(AcceptContext&&) noexcept = default;

Result<void> AcceptContext::Impl::acquire(std::string_view token) {
  const bool kerberos = !files.keytab.empty();
  const bool ntlm = !files.ntlm_file.empty() && scheme == Accept::negotiate;
  if (!kerberos && !ntlm) return fail("there are no keys for this scheme");
  const bool chosen = kerberos && (!ntlm || !prefers_ntlm(token));
  auto acquired = chosen ? acquire_kerberos(files.keytab, scheme == Accept::negotiate) : acquire_ntlm(files.ntlm_file);
  if (!acquired) return std::unexpected(acquired.error());
  credential = std::move(*acquired);
  return {};
}

Result<void> AcceptContext::check(const KeyFiles& files, Kind kind) {
  // Without SPNEGO: asked for both, the library is content with one of them.
  const auto acquired = kind == Kind::ntlm ? acquire_ntlm(files.ntlm_file) : acquire_kerberos(files.keytab, false);
  if (!acquired) return std::unexpected(acquired.error());
  return {};
}

Step AcceptContext::step(std::string_view token, std::string_view channel_binding) {
  Step step;
  if (impl_->complete || (!impl_->first && !impl_->context)) {
    step.error = "a token after the end";
  } else if (token.empty()) {
    step.error = "an empty token";
  } else if (token.size() > max_token_size) {
    step.error = "a token that is too large";
  } else if (const auto checked = check_ntlm(token, impl_->ntlm_flags); !checked) {
    step.error = checked.error().message;
  } else {
    const auto whole = fill_up(token);
    const auto acquired = impl_->first ? impl_->acquire(token) : Result<void>();
    if (acquired) {
      step = impl_->accept(whole ? *whole : token, channel_binding);
    } else {
      step.error = acquired.error().message;
    }
  }
  impl_->first = false;
  if (step.progress == Progress::failed) impl_->context.reset();
  return step;
}

Step AcceptContext::Impl::accept(std::string_view token, std::string_view channel_binding) {
  auto in = input(token);
  gss_channel_bindings_struct bindings{};
  bindings.application_data = input(channel_binding);
  Buffer reply;
  Name source;
  gss_OID mechanism = nullptr;
  OM_uint32 minor = 0;
  delegated.reset();
  const auto major = gss_accept_sec_context(&minor, context.out(), credential.get(), &in,
                                            channel_binding.empty() ? GSS_C_NO_CHANNEL_BINDINGS : &bindings,
                                            source.out(), &mechanism, reply.get(), &flags, nullptr, delegated.out());
  Step step{.progress = Progress::failed, .reply = std::string(reply.view()), .error = {}};
  if (major == GSS_S_CONTINUE_NEEDED) {
    if (!ntlm_flags) ntlm_flags = challenge_flags(step.reply);
    step.progress = Progress::more;
    return step;
  }
  if (major != GSS_S_COMPLETE) {
    step.error = failure("not accepted", major, minor, mechanism).message;
    return step;
  }
  if (auto finished = finish(source.get(), mechanism); !finished) {
    step.error = finished.error().message;
    return step;
  }
  complete = true;
  step.progress = Progress::complete;
  return step;
}

// SPNEGO may say "complete" and itself as the mechanism; what is inside says the context.
Result<void> AcceptContext::Impl::finish(gss_name_t source, gss_OID mechanism) {
  OM_uint32 minor = 0;
  if (view(mechanism) == spnego_der) {
    const auto major =
        gss_inquire_context(&minor, context.get(), nullptr, nullptr, nullptr, &mechanism, nullptr, nullptr, nullptr);
    if (major != GSS_S_COMPLETE) return std::unexpected(failure("no mechanism", major, minor));
  }
  if (view(mechanism) == ntlm_der) {
    kind = Kind::ntlm;
  } else if (view(mechanism) == krb5_der) {
    kind = Kind::kerberos;
  } else {
    return fail("a mechanism that was not offered");
  }
  if (source == nullptr || (flags & GSS_C_ANON_FLAG) != 0) return fail("an anonymous log-in");
  Buffer text;
  const auto major = gss_display_name(&minor, source, text.get(), nullptr);
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("no name", major, minor));
  name = text.view();
  while (name.ends_with('\0')) name.pop_back();  // gss-ntlmssp counts the end of the string
  return {};
}

Result<Peer> AcceptContext::peer() const {
  auto parts = impl_->kind == Kind::ntlm ? split_ntlm(impl_->name) : split_kerberos(impl_->name);
  if (!parts) return std::unexpected(parts.error());
  if (parts->user.empty() || impl_->name.contains('\0')) return fail("a log-in without a name");
  Peer peer{.kind = impl_->kind, .user = std::move(parts->user), .domain = std::move(parts->domain)};
  constexpr OM_uint32 both = GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG;
  peer.can_seal = (impl_->flags & both) == both;
  if (impl_->kind == Kind::ntlm) {
    constexpr auto needed = ntlm_seal | ntlm_extended_security | ntlm_128;
    peer.can_seal = peer.can_seal && (impl_->ntlm_flags.value_or(0) & needed) == needed;
  }
  peer.channel_bound = (impl_->flags & GSS_C_CHANNEL_BOUND_FLAG) != 0;
  return peer;
}

Result<std::string> AcceptContext::wrap(std::string_view plain) {
  auto in = input(plain);
  Buffer out;
  OM_uint32 minor = 0;
  int encrypted = 0;
  const auto major = gss_wrap(&minor, impl_->context.get(), 1, GSS_C_QOP_DEFAULT, &in, &encrypted, out.get());
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("cannot wrap", major, minor));
  if (encrypted == 0) return fail("the context does not encrypt");
  return std::string(out.view());
}

Result<std::string> AcceptContext::unwrap(std::string_view token) {
  // gss-ntlmssp subtracts the size of its signature unasked.
  if (token.size() <= ntlm_signature_size) return fail("a wrapped message that is cut short");
  auto in = input(token);
  Buffer out;
  OM_uint32 minor = 0;
  int encrypted = 0;
  const auto major = gss_unwrap(&minor, impl_->context.get(), &in, out.get(), &encrypted, nullptr);
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("cannot unwrap", major, minor));
  if (encrypted == 0) return fail("a message that is signed, not sealed");
  return std::string(out.view());
}

Result<std::string> AcceptContext::export_context() {
  Buffer out;
  OM_uint32 minor = 0;
  const auto major = gss_export_sec_context(&minor, impl_->context.out(), out.get());
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("cannot export the context", major, minor));
  return std::string(out.view());
}

}  // namespace winrmd::gss

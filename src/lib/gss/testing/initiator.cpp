#include "lib/gss/testing/initiator.hpp"

#include <array>
#include <stdexcept>

namespace winrmd::gss::testing {
namespace {

gss_OID_desc oid_of(Way way) {
  static char krb5[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
  static char spnego[] = "\x2b\x06\x01\x05\x05\x02";
  static char ntlm[] = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";
  switch (way) {
    case Way::kerberos:
      return {9, krb5};
    case Way::spnego:
      return {6, spnego};
    case Way::ntlm:
      break;
  }
  return {10, ntlm};
}

void must(const char* what, OM_uint32 major, OM_uint32 minor) {
  if (GSS_ERROR(major) != 0) throw std::runtime_error(failure(what, major, minor).message);
}

}  // namespace

Initiator::Initiator(Client client) : client_(std::move(client)) {
  OM_uint32 minor = 0;
  auto service = input(client_.service);
  must("service", gss_import_name(&minor, &service, GSS_C_NT_HOSTBASED_SERVICE, target_.out()), minor);
  if (client_.user.empty()) return;
  Name user;
  auto name = input(client_.user);
  must("user", gss_import_name(&minor, &name, GSS_C_NT_USER_NAME, user.out()), minor);
  auto password = input(client_.password);
  gss_OID_desc ntlm = oid_of(Way::ntlm);
  gss_OID_desc wanted = oid_of(client_.way);
  gss_OID_set_desc mechanisms{.count = 1, .elements = &wanted};
  must("password",
       gss_acquire_cred_with_password(&minor, user.get(), &password, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE,
                                      credential_.out(), nullptr, nullptr),
       minor);
  if (client_.way != Way::spnego) return;
  gss_OID_set_desc inner{.count = 1, .elements = &ntlm};
  must("SPNEGO", gss_set_neg_mechs(&minor, credential_.get(), &inner), minor);
}

std::optional<std::string> Initiator::step(std::string_view reply) {
  auto in = input(reply);
  auto mechanism = oid_of(client_.way);
  gss_channel_bindings_struct bindings{};
  bindings.application_data = input(client_.channel_binding);
  Buffer out;
  OM_uint32 minor = 0;
  const auto major =
      gss_init_sec_context(&minor, credential_.get(), context_.out(), target_.get(), &mechanism, client_.flags,
                           GSS_C_INDEFINITE, client_.channel_binding.empty() ? GSS_C_NO_CHANNEL_BINDINGS : &bindings,
                           &in, nullptr, out.get(), nullptr, nullptr);
  if (GSS_ERROR(major) != 0) {
    error_ = failure("client", major, minor).message;
    return std::nullopt;
  }
  complete_ = major == GSS_S_COMPLETE;
  return std::string(out.view());
}

std::string Initiator::wrap(std::string_view plain) {
  auto in = input(plain);
  Buffer out;
  OM_uint32 minor = 0;
  int encrypted = 0;
  must("wrap", gss_wrap(&minor, context_.get(), 1, GSS_C_QOP_DEFAULT, &in, &encrypted, out.get()), minor);
  return std::string(out.view());
}

std::string Initiator::sign(std::string_view plain) {
  auto in = input(plain);
  Buffer out;
  OM_uint32 minor = 0;
  must("sign", gss_wrap(&minor, context_.get(), 0, GSS_C_QOP_DEFAULT, &in, nullptr, out.get()), minor);
  return std::string(out.view());
}

Sealed Initiator::seal(std::string_view plain) {
  if (client_.user.empty()) {
    std::string data(plain);
    std::array<gss_iov_buffer_desc, 3> parts{
        {{.type = GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, .buffer = {}},
         {.type = GSS_IOV_BUFFER_TYPE_DATA, .buffer = {.length = data.size(), .value = data.data()}},
         {.type = GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, .buffer = {}}}};
    OM_uint32 minor = 0;
    int encrypted = 0;
    must("seal", gss_wrap_iov(&minor, context_.get(), 1, GSS_C_QOP_DEFAULT, &encrypted, parts.data(), 3), minor);
    const auto text = [](const gss_iov_buffer_desc& part) {
      return std::string(static_cast<const char*>(part.buffer.value), part.buffer.length);
    };
    Sealed sealed{.header = text(parts[0]), .data = data + text(parts[2]), .length = plain.size()};
    sealed.length += parts[2].buffer.length;
    gss_release_iov_buffer(&minor, parts.data(), 3);
    return sealed;
  }
  const auto token = wrap(plain);
  return {.header = token.substr(0, ntlm_signature_size),
          .data = token.substr(ntlm_signature_size),
          .length = plain.size()};
}

std::optional<std::string> Initiator::unseal(std::string_view header, std::string_view data) {
  const auto token = std::string(header).append(data);
  auto in = input(token);
  Buffer out;
  OM_uint32 minor = 0;
  int encrypted = 0;
  const auto major = gss_unwrap(&minor, context_.get(), &in, out.get(), &encrypted, nullptr);
  if (major != GSS_S_COMPLETE || encrypted == 0) return std::nullopt;
  return std::string(out.view());
}

}  // namespace winrmd::gss::testing

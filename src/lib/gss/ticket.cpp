#include "lib/gss/ticket.hpp"

#include <krb5.h>

#include <memory>

#include "lib/gss/handles.hpp"

namespace winrmd::gss {
namespace {

struct FreeContext {
  void operator()(krb5_context context) const { krb5_free_context(context); }
};
using KrbContext = std::unique_ptr<std::remove_pointer_t<krb5_context>, FreeContext>;

// An object that is freed together with the context it came from.
template <class T, auto release>
class Krb {
 public:
  explicit Krb(krb5_context context) : context_(context) {}
  ~Krb() {
    if (object_ != nullptr) release(context_, object_);
  }
  Krb(const Krb&) = delete;
  Krb& operator=(const Krb&) = delete;
  T* out() { return &object_; }
  [[nodiscard]] T get() const { return object_; }

 private:
  krb5_context context_;
  T object_ = nullptr;
};
using Principal = Krb<krb5_principal, krb5_free_principal>;
using Options = Krb<krb5_get_init_creds_opt*, krb5_get_init_creds_opt_free>;
using Cache = Krb<krb5_ccache, krb5_cc_destroy>;

std::unexpected<Error> krb5_failure(krb5_context context, krb5_error_code code) {
  const char* text = krb5_get_error_message(context, code);
  Error error{std::string("no ticket: ") + text};
  krb5_free_error_message(context, text);
  return std::unexpected(std::move(error));
}

// In memory of this process, under a name that nobody else uses; gone with the Cache.
Result<void> fill(krb5_context context, Cache& cache, const std::string& name, const std::string& password) {
  Principal principal(context);
  if (const auto code =
          krb5_parse_name_flags(context, name.c_str(), KRB5_PRINCIPAL_PARSE_REQUIRE_REALM, principal.out())) {
    return krb5_failure(context, code);
  }
  Options options(context);
  if (const auto code = krb5_get_init_creds_opt_alloc(context, options.out())) return krb5_failure(context, code);
  krb5_get_init_creds_opt_set_forwardable(options.get(), 1);
  if (const auto code = krb5_cc_new_unique(context, "MEMORY", nullptr, cache.out())) return krb5_failure(context, code);
  if (const auto code = krb5_cc_initialize(context, cache.get(), principal.get())) return krb5_failure(context, code);
  if (const auto code = krb5_get_init_creds_opt_set_out_ccache(context, options.get(), cache.get())) {
    return krb5_failure(context, code);
  }
  krb5_creds ticket{};
  // Without a prompter: an expired password is an error, and nobody is asked for a new one.
  const auto code = krb5_get_init_creds_password(context, &ticket, principal.get(), password.c_str(), nullptr, nullptr,
                                                 0, nullptr, options.get());
  if (code != 0) return krb5_failure(context, code);
  krb5_free_cred_contents(context, &ticket);
  return {};
}

Result<std::string> export_cache(krb5_ccache cache) {
  Credential credential;
  OM_uint32 minor = 0;
  auto major = gss_krb5_import_cred(&minor, cache, nullptr, nullptr, credential.out());
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("cannot take a ticket", major, minor));
  Buffer exported;
  major = gss_export_cred(&minor, credential.get(), exported.get());
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("cannot export a ticket", major, minor));
  return std::string(exported.view());
}

}  // namespace

Result<std::string> ticket_with_password(const std::string& principal, const std::string& password) {
  krb5_context raw = nullptr;
  if (krb5_init_context(&raw) != 0) return fail("no ticket: the Kerberos library cannot be set up");
  const KrbContext context(raw);
  Cache cache(raw);
  if (auto filled = fill(raw, cache, principal, password); !filled) return std::unexpected(filled.error());
  return export_cache(cache.get());
}

}  // namespace winrmd::gss

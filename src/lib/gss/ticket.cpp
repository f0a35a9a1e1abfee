#include "lib/gss/ticket.hpp"

#include "lib/gss/krb5_objects.hpp"

namespace winrmd::gss {
namespace {

// In memory of this process, under a name that nobody else uses; gone with the Cache.
Result<void> fill(krb5_context context, Cache& cache, const std::string& name, const std::string& password) {
  Principal principal(context);
  if (const auto code =
          krb5_parse_name_flags(context, name.c_str(), KRB5_PRINCIPAL_PARSE_REQUIRE_REALM, principal.out())) {
    return krb5_failure(context, "no ticket", code);
  }
  Options options(context);
  if (const auto code = krb5_get_init_creds_opt_alloc(context, options.out()))
    return krb5_failure(context, "no ticket", code);
  krb5_get_init_creds_opt_set_forwardable(options.get(), 1);
  if (const auto code = krb5_cc_new_unique(context, "MEMORY", nullptr, cache.out()))
    return krb5_failure(context, "no ticket", code);
  if (const auto code = krb5_cc_initialize(context, cache.get(), principal.get()))
    return krb5_failure(context, "no ticket", code);
  if (const auto code = krb5_get_init_creds_opt_set_out_ccache(context, options.get(), cache.get())) {
    return krb5_failure(context, "no ticket", code);
  }
  krb5_creds ticket{};
  // Without a prompter: an expired password is an error, and nobody is asked for a new one.
  const auto code = krb5_get_init_creds_password(context, &ticket, principal.get(), password.c_str(), nullptr, nullptr,
                                                 0, nullptr, options.get());
  if (code != 0) return krb5_failure(context, "no ticket", code);
  krb5_free_cred_contents(context, &ticket);
  return {};
}

}  // namespace

Result<std::string> ticket_with_password(const std::string& principal, const std::string& password) {
  krb5_context raw = nullptr;
  if (krb5_init_context(&raw) != 0) return fail("no ticket: the Kerberos library cannot be set up");
  const KrbContext context(raw);
  Cache cache(raw);
  if (auto filled = fill(raw, cache, principal, password); !filled) return std::unexpected(filled.error());
  return cache_file(raw, cache.get());
}

}  // namespace winrmd::gss

#include "lib/gss/accept_state.hpp"
#include "lib/gss/krb5_objects.hpp"

namespace winrmd::gss {

Result<std::string> AcceptContext::delegated() {
  if (!impl_->delegated || (impl_->flags & GSS_C_DELEG_FLAG) == 0) return std::string();
  krb5_context raw = nullptr;
  if (krb5_init_context(&raw) != 0) return fail("the Kerberos library cannot be set up");
  const KrbContext context(raw);
  Cache cache(raw);
  if (const auto code = krb5_cc_new_unique(raw, "MEMORY", nullptr, cache.out())) {
    return krb5_failure(raw, "no place for a delegated credential", code);
  }
  const std::string name = std::string("MEMORY:") + krb5_cc_get_name(raw, cache.get());
  gss_key_value_element_desc element{.key = "ccache", .value = name.c_str()};
  const gss_key_value_set_desc store{.count = 1, .elements = &element};
  OM_uint32 minor = 0;
  const auto major =
      gss_store_cred_into(&minor, impl_->delegated.get(), GSS_C_INITIATE, GSS_C_NO_OID, 1, 0, &store, nullptr, nullptr);
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("cannot take a delegated credential", major, minor));
  return cache_file(raw, cache.get());
}

}  // namespace winrmd::gss

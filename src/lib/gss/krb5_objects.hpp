// What the files here share of the Kerberos library below the GSSAPI.
#pragma once

#include <krb5.h>

#include <memory>
#include <string>

#include "lib/base/result.hpp"

namespace winrmd::gss {

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

// `what` with the library's words.
std::unexpected<Error> krb5_failure(krb5_context context, std::string_view what, krb5_error_code code);

// The credential cache as the bytes of a file that KRB5CCNAME may name. A secret: the caller wipes it.
Result<std::string> cache_file(krb5_context context, krb5_ccache cache);

}  // namespace winrmd::gss

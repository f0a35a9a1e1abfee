// What the files here share of the GSSAPI: owners for its objects, its errors as text, buffers.
#pragma once

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include <string>
#include <string_view>
#include <utility>

#include "lib/base/result.hpp"
#include "lib/gss/gss.hpp"

namespace winrmd::gss {

// `what` with the library's words for the two codes. `mechanism` may be null.
Error failure(std::string_view what, OM_uint32 major, OM_uint32 minor, gss_OID mechanism = nullptr);

// A buffer of the library's, wiped before it is given back.
class Buffer {
 public:
  Buffer() = default;
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  gss_buffer_t get() { return &buffer_; }
  [[nodiscard]] std::string_view view() const { return {static_cast<const char*>(buffer_.value), buffer_.length}; }

 private:
  gss_buffer_desc buffer_{};
};

// `bytes` as an input of the library's, which does not write to inputs.
inline gss_buffer_desc input(std::string_view bytes) {
  return {.length = bytes.size(), .value = const_cast<char*>(bytes.data())};
}

// NTLM's wrapped messages begin with their signature; the data after it has the size of the plain text.
inline constexpr std::size_t ntlm_signature_size = 16;

// An object of the library's.
template <class Object, auto release>
class Handle {
 public:
  Handle() = default;
  explicit Handle(Object object) : object_(object) {}
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      object_ = std::exchange(other.object_, nullptr);
    }
    return *this;
  }

  [[nodiscard]] Object get() const { return object_; }
  // For the library to write to.
  Object* out() { return &object_; }
  explicit operator bool() const { return object_ != nullptr; }
  void reset() {
    OM_uint32 minor = 0;
    if (object_ != nullptr) release(&minor, &object_);
    object_ = nullptr;
  }

 private:
  Object object_ = nullptr;
};

inline OM_uint32 delete_context(OM_uint32* minor, gss_ctx_id_t* context) {
  return gss_delete_sec_context(minor, context, GSS_C_NO_BUFFER);
}

using Context = Handle<gss_ctx_id_t, delete_context>;
using Credential = Handle<gss_cred_id_t, gss_release_cred>;
using Name = Handle<gss_name_t, gss_release_name>;
using OidSet = Handle<gss_OID_set, gss_release_oid_set>;

}  // namespace winrmd::gss

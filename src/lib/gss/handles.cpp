#include "lib/gss/handles.hpp"

#include <string.h>

namespace winrmd::gss {
namespace {

void append_status(std::string& text, OM_uint32 code, int type, gss_OID mechanism) {
  OM_uint32 more = 0;
  do {
    OM_uint32 minor = 0;
    Buffer words;
    if (gss_display_status(&minor, code, type, mechanism, &more, words.get()) != GSS_S_COMPLETE) return;
    text.append(": ").append(words.view());
  } while (more != 0);
}

}  // namespace

Error failure(std::string_view what, OM_uint32 major, OM_uint32 minor, gss_OID mechanism) {
  Error error{std::string(what)};
  append_status(error.message, major, GSS_C_GSS_CODE, nullptr);
  if (minor != 0) append_status(error.message, minor, GSS_C_MECH_CODE, mechanism);
  return error;
}

Buffer::~Buffer() {
  if (buffer_.value != nullptr) ::explicit_bzero(buffer_.value, buffer_.length);
  OM_uint32 minor = 0;
  gss_release_buffer(&minor, &buffer_);
}

}  // namespace winrmd::gss

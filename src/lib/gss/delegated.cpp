#include <array>

#include "lib/gss/handles.hpp"

namespace winrmd::gss {

Result<void> store_delegated(std::string_view exported, const std::string& path) {
  auto in = input(exported);
  Credential credential;
  OM_uint32 minor = 0;
  auto major = gss_import_cred(&minor, &in, credential.out());
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("cannot import a delegated credential", major, minor));
  const std::string cache = "FILE:" + path;
  gss_key_value_element_desc element{.key = "ccache", .value = cache.c_str()};
  const gss_key_value_set_desc store{.count = 1, .elements = &element};
  major = gss_store_cred_into(&minor, credential.get(), GSS_C_INITIATE, GSS_C_NO_OID, 1, 1, &store, nullptr, nullptr);
  if (major != GSS_S_COMPLETE) return std::unexpected(failure("cannot store a delegated credential", major, minor));
  return {};
}

}  // namespace winrmd::gss

// What an AcceptContext holds.
#pragma once

#include <optional>
#include <string>

#include "lib/gss/handles.hpp"

namespace winrmd::gss {

struct AcceptContext::Impl {
  KeyFiles files;
  Accept scheme = Accept::negotiate;
  Credential credential;
  Context context;
  Credential delegated;
  bool first = true;
  bool complete = false;
  OM_uint32 flags = 0;
  Kind kind = Kind::ntlm;
  std::string name;
  std::optional<std::uint32_t> ntlm_flags;  // of our challenge

  Result<void> acquire(std::string_view token);
  Step accept(std::string_view token, std::string_view channel_binding);
  Result<void> finish(gss_name_t source, gss_OID mechanism);
};

}  // namespace winrmd::gss

#pragma once

#include "lib/tls/openssl.hpp"
#include "lib/tls/tls.hpp"

namespace winrmd::tls {

struct ServerContext::Impl {
  ContextPtr context;
};

}  // namespace winrmd::tls

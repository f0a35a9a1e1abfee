#pragma once

#include <string>

#include "lib/soap/response.hpp"
#include "lib/text/guid.hpp"
#include "net/exchange.hpp"

namespace winrmd::net {

// The response envelope to a request around a body; `headers`: more of them, as XML.
inline std::string reply(const Exchange& exchange, soap::Prefixes prefixes, std::string_view body,
                         std::string_view headers = {}) {
  const auto action = exchange.soap.action + "Response";
  const auto id = text::new_guid();
  return soap::serialize_response(prefixes, {action, exchange.soap.message_id, id, headers}, body);
}

}  // namespace winrmd::net

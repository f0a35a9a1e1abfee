// Response envelopes in the exact shape Windows has (prefixes s a x n w p rsp, one line, no XML declaration).
#pragma once

#include <string>
#include <string_view>

namespace winrmd::soap {

// Which namespaces the Envelope declares; clients with literal parsers look at the prefixes.
enum class Prefixes {
  shell,        // s a x w rsp p: Create, Command, Send, Signal
  receive,      // s a w rsp p
  remove,       // s a w p: Delete, Invoke
  enumeration,  // s a n w p
  transfer,     // s a x w p: Get, Put
};

struct ResponseHead {
  std::string_view action;      // of the response, `…Response`
  std::string_view relates_to;  // request's MessageID, unchanged
  std::string_view message_id;  // GUID, without `uuid:`
  std::string_view headers{};   // more blocks, XML
};

// Envelope around `body` (XML text, may be empty).
std::string serialize_response(Prefixes prefixes, const ResponseHead& head, std::string_view body);

// IdentifyResponse. `os_version` empty: unauthenticated, nothing is revealed. `security_profiles`: space-separated
// leaves such as `https/basic`, only for authenticated callers. `relates_to` empty: no addressing headers.
std::string serialize_identify(std::string_view vendor, std::string_view os_version, std::string_view security_profiles,
                               std::string_view relates_to, std::string_view message_id);

}  // namespace winrmd::soap

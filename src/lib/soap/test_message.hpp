// Request envelopes for tests: every part can be replaced or left out.
#pragma once

#include <string>
#include <string_view>

namespace winrmd::soap::test {

inline constexpr std::string_view namespaces =
    R"( xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing")"
    R"( xmlns:wsman="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:ms="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd")"
    R"( xmlns:sh="http://schemas.microsoft.com/wbem/wsman/1/windows/shell" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")";

struct Message {
  std::string action = "<wsa:Action>http://schemas.xmlsoap.org/ws/2004/09/transfer/Get</wsa:Action>";
  std::string message_id = "<wsa:MessageID>uuid:0F1E2D3C-0000-4000-8000-00000000BEEF</wsa:MessageID>";
  std::string headers;  // more blocks
  std::string between;  // between the header and the body
  std::string body = "<env:Body/>";

  [[nodiscard]] std::string header() const { return "<env:Header>" + action + message_id + headers + "</env:Header>"; }
  [[nodiscard]] std::string text() const {
    return "<env:Envelope" + std::string(namespaces) + ">" + header() + between + body + "</env:Envelope>";
  }
};

// Only the given header blocks beside Action and MessageID.
inline std::string with(std::string headers) {
  Message message;
  message.headers = std::move(headers);
  return message.text();
}

inline std::string utf16(std::string_view ascii, bool little) {
  std::string out;
  for (const char c : ascii) {
    if (little) out += c;
    out += '\0';
    if (!little) out += c;
  }
  return out;
}

}  // namespace winrmd::soap::test

// Requests of WS-Enumeration for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "lib/soap/request.hpp"

namespace winrmd::net::testing {

inline std::string enumeration_envelope(std::string_view body, std::string_view resource = "urn:r",
                                        std::string_view headers = {}) {
  return R"(<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing")"
         R"( xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration">)"
         R"(<s:Header><a:Action>urn:x</a:Action><a:MessageID>uuid:1</a:MessageID><w:ResourceURI>)" +
         std::string(resource) + "</w:ResourceURI>" + std::string(headers) + "</s:Header><s:Body>" + std::string(body) +
         "</s:Body></s:Envelope>";
}

inline soap::Request request_with(std::string_view body, std::string_view resource = "urn:r",
                                  std::string_view headers = {}) {
  auto parsed = soap::parse_request(enumeration_envelope(body, resource, headers), "UTF-8", {});
  EXPECT_TRUE(parsed) << body;
  return std::move(*parsed);
}

}  // namespace winrmd::net::testing

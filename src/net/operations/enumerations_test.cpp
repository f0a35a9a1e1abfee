#include "net/operations/enumerations.hpp"

#include <gtest/gtest.h>

#include "wsman_codes.h"

namespace winrmd::net {
namespace {

constexpr std::size_t room = 100'000;

soap::Request request_with(std::string_view body, std::string_view resource = "urn:r") {
  const auto envelope =
      R"(<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing")"
      R"( xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration">)"
      R"(<s:Header><a:Action>urn:x</a:Action><a:MessageID>uuid:1</a:MessageID><w:ResourceURI>)" +
      std::string(resource) + "</w:ResourceURI></s:Header><s:Body>" + std::string(body) + "</s:Body></s:Envelope>";
  auto parsed = soap::parse_request(envelope, "UTF-8", {});
  EXPECT_TRUE(parsed) << body;
  return std::move(*parsed);
}

std::string context_of(std::string_view body) {
  const auto begin = body.find("<n:EnumerationContext>") + 22;
  return std::string(body.substr(begin, body.find("</n:EnumerationContext>") - begin));
}

std::vector<EnumerationItem> items(std::size_t count) {
  std::vector<EnumerationItem> result;
  result.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    result.push_back({"<o" + std::to_string(i) + "/>", "<e" + std::to_string(i) + "/>"});
  return result;
}

soap::Request pull_request(const std::string& context, int max = 10) {
  return request_with("<n:Pull><n:EnumerationContext>" + context + "</n:EnumerationContext><n:MaxElements>" +
                      std::to_string(max) + "</n:MaxElements></n:Pull>");
}

TEST(Enumerations, OptimizedAndCompleteInOneMessage) {
  Enumerations enumerations;
  const auto request = parse_enumerate(
      request_with("<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>5</w:MaxElements></n:Enumerate>"));
  ASSERT_TRUE(request);
  EXPECT_EQ(enumerations.begin(*request, items(2), {}, "o", "urn:r", room),
            "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:Items><o0/><o1/></w:Items>"
            "<w:EndOfSequence/></n:EnumerateResponse>");
  EXPECT_EQ(
      enumerations.begin(*request, {}, {}, "o", "urn:r", room),
      "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:EndOfSequence/></n:EnumerateResponse>");
}

TEST(Enumerations, TheRestIsPulledAndTheEndIsSaidOnce) {
  Enumerations enumerations;
  const auto request = parse_enumerate(request_with("<n:Enumerate/>"));
  const auto context = context_of(enumerations.begin(*request, items(3), {}, "o", "urn:r", room));
  const auto first = enumerations.pull(pull_request(context, 2), "o", room);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->contains("<n:Items><o0/><o1/></n:Items>"));
  EXPECT_FALSE(first->contains("EndOfSequence"));
  const auto second = enumerations.pull(pull_request(context, 2), "o", room);
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, "<n:PullResponse><n:Items><o2/></n:Items><n:EndOfSequence/></n:PullResponse>");
  EXPECT_EQ(enumerations.pull(pull_request(context), "o", room).error().code,
            ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT);
}

TEST(Enumerations, ContextsBelongToTheirOwnerAndResource) {
  Enumerations enumerations;
  const auto request = parse_enumerate(request_with("<n:Enumerate/>"));
  const auto context = context_of(enumerations.begin(*request, items(3), {}, "alice", "urn:r", room));
  EXPECT_FALSE(enumerations.pull(pull_request(context), "bob", room));
  EXPECT_FALSE(enumerations.pull(
      request_with("<n:Pull><n:EnumerationContext>" + context + "</n:EnumerationContext></n:Pull>", "urn:other"),
      "alice", room));
  const auto release =
      request_with("<n:Release><n:EnumerationContext>" + context + "</n:EnumerationContext></n:Release>");
  EXPECT_FALSE(enumerations.release(release, "bob"));
  EXPECT_TRUE(enumerations.release(release, "alice"));
  EXPECT_FALSE(enumerations.pull(pull_request(context), "alice", room));
}

TEST(Enumerations, RepliesStayWithinTheirRoom) {
  Enumerations enumerations;
  const auto request = parse_enumerate(request_with("<n:Enumerate/>"));
  const auto context = context_of(enumerations.begin(*request, items(3), {}, "o", "urn:r", room));
  EXPECT_TRUE(enumerations.pull(pull_request(context), "o", 9)->contains("<n:Items><o0/></n:Items>"));
}

TEST(Enumerations, AnOwnersOldestContextGivesWay) {
  Enumerations enumerations;
  const auto request = parse_enumerate(request_with("<n:Enumerate/>"));
  std::vector<std::string> contexts(17);
  for (auto& context : contexts) context = context_of(enumerations.begin(*request, items(3), {}, "o", "urn:r", room));
  EXPECT_FALSE(enumerations.pull(pull_request(contexts.front()), "o", room));
  EXPECT_TRUE(enumerations.pull(pull_request(contexts.back()), "o", room));
}

TEST(Enumerations, AnOwnersContextsHoldNoMoreThanTheLimit) {
  Enumerations enumerations;
  const auto request = parse_enumerate(request_with("<n:Enumerate/>"));
  const std::vector<EnumerationItem> large{{std::string(3U << 20, 'x'), {}}, {"<x/>", {}}};
  std::vector<std::string> contexts(4);
  for (auto& context : contexts) context = context_of(enumerations.begin(*request, large, {}, "o", "urn:r", room));
  EXPECT_FALSE(enumerations.pull(pull_request(contexts[0]), "o", room));
  EXPECT_TRUE(enumerations.pull(pull_request(contexts[1], 1), "o", room));
  EXPECT_TRUE(enumerations.pull(pull_request(contexts[3], 1), "o", room));
}

TEST(Enumerations, BadRequestsHaveTheirCode) {
  EXPECT_EQ(parse_enumerate(request_with("")).error().code, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(parse_enumerate(request_with("<n:Enumerate><w:MaxElements>0</w:MaxElements></n:Enumerate>")).error().code,
            ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(parse_enumerate(request_with("<n:Enumerate><w:MaxElements>x</w:MaxElements></n:Enumerate>")).error().code,
            ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(parse_enumerate(request_with("<n:Enumerate><w:EnumerationMode>All</w:EnumerationMode></n:Enumerate>"))
                .error()
                .code,
            ERROR_WSMAN_ENUMERATION_MODE_UNSUPPORTED);
  EXPECT_EQ(
      parse_enumerate(request_with("<n:Enumerate><w:MaxElements>99999999</w:MaxElements></n:Enumerate>"))->max_elements,
      32000U);
}

}  // namespace
}  // namespace winrmd::net

#include "net/operations/enumerate_body.hpp"

#include <gtest/gtest.h>

#include "net/testing/enumeration_messages.hpp"
#include "wsman_codes.h"

namespace winrmd::net::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t most = 100;
const auto now = text::parse_date_time("2026-11-25T04:00:00Z").value();

Outcome<EnumerateRequest> enumerate(std::string_view inside) {
  return parse_enumerate(request_with("<n:Enumerate>" + std::string(inside) + "</n:Enumerate>"), most, now);
}
Outcome<PullRequest> pull(std::string_view inside) {
  return parse_pull(request_with("<n:Pull>" + std::string(inside) + "</n:Pull>"), most);
}
template <class T>
std::uint32_t code_of(const Outcome<T>& outcome) {
  return outcome ? 0 : outcome.error().code;
}

TEST(EnumerateBody, IsOneObjectAtATimeUnlessItSaysOtherwise) {
  const auto request = enumerate("");
  ASSERT_TRUE(request);
  EXPECT_FALSE(request->optimized);
  EXPECT_EQ(request->max_elements, 1U);
  EXPECT_EQ(request->mode, EnumerationMode::object);
  EXPECT_FALSE(request->filter);
  EXPECT_FALSE(request->expires);
}

TEST(EnumerateBody, TakesEverythingThatIsThere) {
  const auto request = enumerate(
      "<n:Expires> PT30S </n:Expires><w:OptimizeEnumeration/><w:MaxElements> 7 </w:MaxElements>"
      "<w:EnumerationMode> EnumerateObjectAndEPR </w:EnumerationMode><x:Unknown xmlns:x='urn:x'/>"
      "<w:Filter Dialect='urn:query'> select * </w:Filter>");
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->optimized);
  EXPECT_EQ(request->max_elements, 7U);
  EXPECT_EQ(request->mode, EnumerationMode::object_and_epr);
  EXPECT_EQ(request->filter->text, "select *");
  EXPECT_EQ(request->filter->dialect, "urn:query");
  EXPECT_FALSE(request->selectors);
  EXPECT_EQ(request->expires->after, milliseconds(30'000));
  EXPECT_EQ(enumerate("<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>")->mode, EnumerationMode::epr);
}

TEST(EnumerateBody, NumbersAreCappedAndNeverZero) {
  const auto elements = [](std::string_view number) {
    return enumerate("<w:MaxElements>" + std::string(number) + "</w:MaxElements>");
  };
  EXPECT_EQ(elements("99")->max_elements, 99U);
  EXPECT_EQ(elements("100")->max_elements, 100U);
  EXPECT_EQ(elements("101")->max_elements, 100U);
  EXPECT_EQ(elements("99999999999999999999999999")->max_elements, 100U);
  for (const std::string_view bad : {"", "0", "-1", "1.5", "x", "1 2", "0x10"})
    EXPECT_EQ(code_of(elements(bad)), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR) << bad;
}

TEST(EnumerateBody, ASelectorFilterIsTakenApart) {
  const std::string open = "<w:Filter Dialect='" + std::string(soap::selector_dialect) + "'>";
  const auto request = enumerate(open +
                                 "<w:SelectorSet><w:Selector Name='a'>1</w:Selector><w:Selector "
                                 "Name='b'>2</w:Selector></w:SelectorSet></w:Filter>");
  ASSERT_TRUE(request && request->selectors);
  ASSERT_EQ(request->selectors->size(), 2U);
  EXPECT_EQ(request->selectors->at(1).name, "b");
  EXPECT_EQ(request->selectors->at(1).value, "2");
  EXPECT_TRUE(request->filter->text.starts_with("<w:SelectorSet"));
  for (const std::string_view bad :
       {"", "text", "<w:Selector Name='a'/>", "<w:SelectorSet/><w:SelectorSet/>", "<w:SelectorSet><x/></w:SelectorSet>",
        "<w:SelectorSet><w:Selector Name='a'/><w:Selector Name='A'/></w:SelectorSet>"}) {
    EXPECT_EQ(code_of(enumerate(open + std::string(bad) + "</w:Filter>")), ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER)
        << bad;
  }
}

TEST(EnumerateBody, AFilterWithoutADialectIsXPath) {
  EXPECT_EQ(enumerate("<n:Filter>a/b</n:Filter>")->filter->dialect, soap::xpath_dialect);
}

TEST(EnumerateBody, ThereIsOneFilterOfLimitedLength) {
  const auto filter = [](std::size_t size) { return "<w:Filter>" + std::string(size, 'f') + "</w:Filter>"; };
  EXPECT_EQ(code_of(enumerate(filter(65536))), 0U);
  for (const auto& bad : {filter(65537), filter(300'000), filter(1) + "<n:Filter>b</n:Filter>"})
    EXPECT_EQ(code_of(enumerate(bad)), ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER);
}

TEST(EnumerateBody, AnExpirationIsADurationOrADate) {
  const auto expires = [](std::string_view value) {
    return enumerate("<n:Expires>" + std::string(value) + "</n:Expires>");
  };
  EXPECT_EQ(expires("PT0.001S")->expires->after, milliseconds(1));
  EXPECT_FALSE(expires("PT1S")->expires->as_date);
  EXPECT_EQ(expires("2026-11-25T04:01:00Z")->expires->after, milliseconds(60'000));
  EXPECT_TRUE(expires("2026-11-25T05:01:00+01:00")->expires->as_date);
  for (const std::string_view over : {"PT0S", "-PT1S", "2026-11-25T04:00:00Z", "1999-01-01T00:00:00Z"})
    EXPECT_EQ(code_of(expires(over)), ERROR_WSMAN_ENUMERATE_INVALID_EXPIRATION_TIME) << over;
  for (const std::string_view unusable : {"", "tomorrow", "P1Y", "2026-11-25"})
    EXPECT_EQ(code_of(expires(unusable)), ERROR_WSMAN_ENUMERATE_UNSUPPORTED_EXPIRATION_TYPE) << unusable;
}

TEST(EnumerateBody, WhatCannotBeDoneIsRefused) {
  EXPECT_EQ(code_of(parse_enumerate(request_with(""), most, now)), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(code_of(parse_enumerate(request_with("<n:Pull/>"), most, now)), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(code_of(enumerate("<w:EnumerationMode>All</w:EnumerationMode>")), ERROR_WSMAN_ENUMERATION_MODE_UNSUPPORTED);
  EXPECT_EQ(code_of(enumerate("<n:EndTo/>")), ERROR_WSMAN_UNSUPPORTED_ADDRESSING_MODE);
}

TEST(PullBody, TakesTheLimitsOfTheAnswer) {
  const auto plain = pull("<n:EnumerationContext>\n c </n:EnumerationContext>");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->context, "c");
  EXPECT_EQ(plain->max_elements, 1U);
  EXPECT_FALSE(plain->max_characters);
  EXPECT_FALSE(plain->max_time);
  const auto full = pull(
      "<n:EnumerationContext>c</n:EnumerationContext><n:MaxTime>PT10S</n:MaxTime><n:MaxElements>101</n:MaxElements>"
      "<n:MaxCharacters>5000</n:MaxCharacters>");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->max_elements, most);
  EXPECT_EQ(full->max_characters, 5000U);
  EXPECT_EQ(full->max_time, milliseconds(10'000));
}

TEST(PullBody, HasAContextAndUsableNumbers) {
  for (const std::string_view bad :
       {"", "<n:MaxElements>1</n:MaxElements>", "<n:EnumerationContext/><n:MaxElements>0</n:MaxElements>",
        "<n:EnumerationContext/><n:MaxCharacters>x</n:MaxCharacters>",
        "<n:EnumerationContext/><n:MaxTime>5</n:MaxTime>", "<n:EnumerationContext/><n:MaxTime>-PT5S</n:MaxTime>"}) {
    EXPECT_EQ(code_of(pull(bad)), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR) << bad;
  }
}

TEST(ContextBody, IsNamedAfterItsOperation) {
  const auto request =
      request_with("<n:Renew><n:EnumerationContext>c</n:EnumerationContext><n:Expires>PT1M</n:Expires></n:Renew>");
  const auto renew = parse_context(request, "Renew", now);
  ASSERT_TRUE(renew);
  EXPECT_EQ(renew->context, "c");
  EXPECT_EQ(renew->expires->after, milliseconds(60'000));
  EXPECT_EQ(code_of(parse_context(request, "Release", now)), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(code_of(parse_context(request_with("<n:Release/>"), "Release", now)), ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  EXPECT_EQ(code_of(parse_context(request_with("<n:Renew><n:EnumerationContext/><n:Expires>PT0S</n:Expires></n:Renew>"),
                                  "Renew", now)),
            ERROR_WSMAN_ENUMERATE_INVALID_EXPIRATION_TIME);
}

}  // namespace
}  // namespace winrmd::net::testing

#include "lib/soap/request.hpp"

#include <gtest/gtest.h>

#include "lib/soap/names.hpp"

namespace winrmd::soap {
namespace {

constexpr std::string_view get =
    R"(<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:m="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">
<e:Header><wsa:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/09/transfer/Get</wsa:Action><wsa:MessageID>uuid:1</wsa:MessageID>
<m:ResourceURI mustUnderstand="TRUE"> urn:r </m:ResourceURI><m:SelectorSet><m:Selector Name="ShellID">abc</m:Selector></m:SelectorSet></e:Header><e:Body/></e:Envelope>)";

TEST(Request, IsTakenApart) {
  const auto request = parse_request(get, "UTF-8", {});
  ASSERT_TRUE(request) << request.error().fault.message;
  EXPECT_EQ(request->action, action::get);
  EXPECT_EQ(request->message_id, "uuid:1");
  EXPECT_EQ(request->resource_uri, "urn:r");
  ASSERT_NE(request->selector("ShellId"), nullptr);
  EXPECT_EQ(*request->selector("ShellId"), "abc");
  EXPECT_EQ(request->content(), nullptr);
}

}  // namespace
}  // namespace winrmd::soap

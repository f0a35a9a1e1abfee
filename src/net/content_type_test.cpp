#include "net/content_type.hpp"

#include <gtest/gtest.h>

namespace winrmd::net {
namespace {

http::Request with_type(std::string value, std::string body = {}) {
  http::Request request;
  request.headers.emplace_back("content-type", std::move(value));
  request.body = std::move(body);
  return request;
}

TEST(ContentType, CharsetIsFoundHoweverItIsWritten) {
  EXPECT_EQ(charset_of(with_type("application/soap+xml;charset=UTF-8")), "UTF-8");
  EXPECT_EQ(charset_of(with_type("application/soap+xml; Charset = \"utf-16\" ; action=\"x\"")), "utf-16");
  EXPECT_EQ(charset_of(with_type("application/soap+xml;action=\"x\";charset=utf-8")), "utf-8");
  EXPECT_EQ(charset_of(with_type("application/soap+xml")), "");
  EXPECT_EQ(charset_of(http::Request{}), "");
}

TEST(ContentType, OnlySoapIsSoap) {
  EXPECT_TRUE(is_soap(with_type("application/soap+xml;charset=UTF-8")));
  EXPECT_TRUE(is_soap(with_type("Application/SOAP+XML")));
  EXPECT_FALSE(is_soap(with_type("text/xml")));
  EXPECT_FALSE(is_soap(with_type("application/soap+xmlx")));
  EXPECT_FALSE(is_soap(http::Request{}));
}

TEST(ContentType, ReplyHasTheRequestsCharacterSet) {
  const auto plain = envelope_response(with_type("application/soap+xml;charset=UTF-8", "<a/>"), 200, "<\xC3\xA4/>");
  EXPECT_EQ(plain.body, "<\xC3\xA4/>");
  EXPECT_EQ(plain.headers.at(0).second, "application/soap+xml;charset=UTF-8");
  const auto wide = envelope_response(with_type("application/soap+xml;charset=UTF-16"), 500, "<\xC3\xA4/>");
  EXPECT_EQ(wide.body, std::string("\xFF\xFE<\0\xE4\0/\0>\0", 10));
  EXPECT_EQ(wide.status, 500);
  EXPECT_TRUE(is_utf16(with_type("application/soap+xml", "\xFF\xFE")));
}

}  // namespace
}  // namespace winrmd::net

#include "lib/http/response.hpp"

#include <gtest/gtest.h>

namespace winrmd::http {
namespace {

TEST(Response, HasALengthAlwaysAndItsHeadersInOrder) {
  Response response;
  response.headers = {{"Content-Type", "application/soap+xml;charset=UTF-8"}};
  response.body = "<x/>";
  EXPECT_EQ(serialize_head(response, "winrmd", "Thu, 01 Jan 1970 00:00:00 GMT"),
            "HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml;charset=UTF-8\r\nServer: winrmd\r\n"
            "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 4\r\n\r\n");
}

TEST(Response, WithoutABodySaysSo) {
  Response response;
  response.status = 401;
  response.headers = {{"WWW-Authenticate", "Negotiate"}, {"WWW-Authenticate", "Basic realm=\"WSMAN\""}};
  response.close = true;
  EXPECT_EQ(serialize_head(response, "", "D"),
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: Basic realm=\"WSMAN\"\r\n"
            "Date: D\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}

TEST(Response, NoContentHasNoLength) {
  Response response;
  response.status = 204;
  EXPECT_EQ(serialize_head(response, "s", "D"), "HTTP/1.1 204 No Content\r\nServer: s\r\nDate: D\r\n\r\n");
}

TEST(Response, OfUnknownStatusKeepsTheSpaceBehindIt) {
  Response response;
  response.status = 599;
  EXPECT_TRUE(serialize_head(response, "s", "D").starts_with("HTTP/1.1 599 \r\n"));
}

TEST(Response, CannotBeSplitByAValueOrAName) {
  Response response;
  response.headers = {{"Location", "http://h/\r\nSet-Cookie: a=b\r\n\r\n<html>"},
                      {"X\r\nEvil", std::string("a\nb\rc\0d\x7F", 8)},
                      {"Y", "tab\tand \xC3\xA4 stay"}};
  const auto head = serialize_head(response, "s\nt", "D\r\n");
  EXPECT_EQ(head,
            "HTTP/1.1 200 OK\r\nLocation: http://h/  Set-Cookie: a=b    <html>\r\nX  Evil: a b c d \r\n"
            "Y: tab\tand \xC3\xA4 stay\r\nServer: s t\r\nDate: D  \r\nContent-Length: 0\r\n\r\n");
}

TEST(Response, HasAPhraseForEveryStatusWeSend) {
  for (const int status :
       {100, 200, 204, 302, 400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 417, 429, 431, 500, 501, 503, 505}) {
    EXPECT_NE(reason_phrase(status), "") << status;
  }
  EXPECT_EQ(reason_phrase(299), "");
}

TEST(HttpDate, IsAnImfFixdate) {
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");  // the example of RFC 9110 5.6.7
  EXPECT_EQ(http_date(1709251199), "Thu, 29 Feb 2024 23:59:59 GMT");
  EXPECT_EQ(http_date(4102444800), "Fri, 01 Jan 2100 00:00:00 GMT");
}

}  // namespace
}  // namespace winrmd::http

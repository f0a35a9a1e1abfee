#include "lib/http/request.hpp"

#include <gtest/gtest.h>

#include <random>

#include "lib/http/transcript.hpp"

namespace winrmd::http {
namespace {

using State = RequestReader::State;

constexpr std::string_view soap =
    "POST /wsman?PSVersion=7.4.1 HTTP/1.1\r\nAccept-Encoding: gzip, deflate\r\nConnection: Keep-Alive\r\n"
    "Content-Type: application/soap+xml;charset=UTF-8\r\nUser-Agent: Python WinRM client\r\nContent-Length: 11\r\n"
    "HOST: [fe80::1%25eth0]:5985\r\nAuthorization: Basic  YTph \t\r\n\r\n<envelope/>";

Limits limits() {
  Limits result;
  result.body = 1000;
  return result;
}

// The verdict of a reader for one request.
State feed_all(RequestReader& reader, std::string_view& bytes) {
  State state = reader.feed(bytes);
  if (state == State::head) state = reader.feed(bytes);
  return state;
}

std::string headers(std::string_view lines, std::string_view version = "1.1") {
  return "POST / HTTP/" + std::string(version) + "\r\nHost: h\r\n" + std::string(lines) + "\r\n";
}

TEST(Request, IsReadWithAllItsParts) {
  RequestReader reader(limits());
  std::string_view bytes = soap;
  ASSERT_EQ(reader.feed(bytes), State::head);
  EXPECT_EQ(bytes, "<envelope/>");
  EXPECT_TRUE(reader.request().has_body);
  ASSERT_EQ(reader.feed(bytes), State::complete);
  EXPECT_TRUE(bytes.empty());
  const Request& request = reader.request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/wsman?PSVersion=7.4.1");
  EXPECT_EQ(request.version_minor, 1);
  ASSERT_EQ(request.headers.size(), 7U);
  EXPECT_EQ(request.headers[5], (std::pair<std::string, std::string>("HOST", "[fe80::1%25eth0]:5985")));
  EXPECT_EQ(request.body, "<envelope/>");
  EXPECT_TRUE(request.keep_alive);
  EXPECT_FALSE(request.expects_continue);
}

TEST(Request, FindsHeadersWithoutRegardToCaseAndTrimsValues) {
  RequestReader reader(limits());
  std::string_view bytes = soap;
  ASSERT_EQ(feed_all(reader, bytes), State::complete);
  ASSERT_NE(reader.request().header("aUTHORIZATION"), nullptr);
  EXPECT_EQ(*reader.request().header("authorization"), "Basic  YTph");
  EXPECT_EQ(reader.request().header("Author"), nullptr);
  EXPECT_EQ(reader.request().count("host"), 1U);
  EXPECT_EQ(reader.request().count("cookie"), 0U);
}

TEST(Request, ReadsTheSameHoweverItIsCutUp) {
  const std::string stream = std::string(soap) + headers("Transfer-Encoding: chunked\r\n") +
                             "5\r\nhello\r\n1;a=b;c=\"d\\\"\"\r\n!\r\n000\r\n\r\n" + headers("Content-Length: 0\r\n") +
                             "GET /metrics HTTP/1.0\r\n\r\n" + headers("");
  const auto whole = read_whole(stream, limits());
  EXPECT_EQ(whole.completed(), 5U) << whole.text();
  EXPECT_TRUE(whole.text().ends_with("idle\n"));
  EXPECT_NE(whole.text().find("body=[hello!]"), std::string::npos);
  EXPECT_EQ(read_by_bytes(stream, limits()).text(), whole.text());
  for (std::size_t cut = 1; cut < stream.size(); ++cut) {
    ASSERT_EQ(read_in_two(stream, cut, limits()).text(), whole.text()) << cut;
  }
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    Transcript pieces(limits());
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t n = 1 + random() % 40;
      pieces.feed(std::string_view(stream).substr(at, n));
      at += n;
    }
    ASSERT_EQ(pieces.text(), whole.text());
  }
}

TEST(Request, LeavesPipelinedBytesForTheNextOne) {
  RequestReader reader(limits());
  const std::string stream = std::string(soap) + headers("X: second\r\n") + "GET /third";
  std::string_view bytes = stream;
  ASSERT_EQ(feed_all(reader, bytes), State::complete);
  EXPECT_TRUE(bytes.starts_with("POST / HTTP/1.1"));
  const auto before = bytes;
  EXPECT_EQ(reader.feed(bytes), State::complete);  // nothing moves until reset()
  EXPECT_EQ(bytes, before);
  reader.reset();
  ASSERT_EQ(reader.feed(bytes), State::complete);
  EXPECT_EQ(*reader.request().header("X"), "second");
  EXPECT_EQ(reader.request().body, "");
  EXPECT_EQ(reader.request().headers.size(), 2U);
  reader.reset();
  EXPECT_FALSE(reader.started());
  ASSERT_EQ(reader.feed(bytes), State::need_more);
  EXPECT_TRUE(bytes.empty());
  EXPECT_TRUE(reader.started());
}

TEST(Request, IsStartedByItsFirstByteOnly) {
  RequestReader reader(limits());
  std::string_view nothing;
  EXPECT_EQ(reader.feed(nothing), State::need_more);
  EXPECT_FALSE(reader.started());
  std::string_view one = "P";
  EXPECT_EQ(reader.feed(one), State::need_more);
  EXPECT_TRUE(reader.started());
}

TEST(Request, WithABodyReportsItsHeadOnceBeforeTheBody) {
  RequestReader reader(limits());
  const std::string head = headers("Expect: 100-Continue\r\nContent-Length: 3\r\n");
  std::string_view bytes = head;
  ASSERT_EQ(reader.feed(bytes), State::head);
  EXPECT_TRUE(reader.request().expects_continue);
  EXPECT_EQ(reader.feed(bytes), State::need_more);
  bytes = "ab";
  EXPECT_EQ(reader.feed(bytes), State::need_more);
  bytes = "cd";
  EXPECT_EQ(reader.feed(bytes), State::complete);
  EXPECT_EQ(bytes, "d");
  EXPECT_EQ(reader.request().body, "abc");
}

TEST(Request, ExpectsNothingWithoutABodyOrOnHttp10) {
  for (const auto& text :
       {headers("Expect: 100-continue\r\n"), headers("Expect: 100-continue\r\nContent-Length: 0\r\n"),
        headers("Expect: 100-continue\r\nContent-Length: 1\r\n", "1.0") + "x",
        headers("Expect: anything\r\nContent-Length: 1\r\n", "1.0") + "x"}) {
    RequestReader reader(limits());
    std::string_view bytes = text;
    ASSERT_EQ(feed_all(reader, bytes), State::complete) << text;
    EXPECT_FALSE(reader.request().expects_continue) << text;
  }
}

TEST(Request, SaysWhetherTheConnectionGoesOn) {
  const std::pair<std::string, bool> cases[] = {
      {headers(""), true},
      {headers("Connection: Keep-Alive\r\n"), true},
      {headers("Connection: TE, Close\r\n"), false},
      {headers("Connection: keep-alive\r\nConnection: close\r\n"), false},
      {headers("Connection: closed\r\n"), true},
      {headers("", "1.0"), false},
      {headers("Connection: keep-alive\r\n", "1.0"), false},
  };
  for (const auto& [text, keep_alive] : cases) {
    RequestReader reader(limits());
    std::string_view bytes = text;
    ASSERT_EQ(reader.feed(bytes), State::complete) << text;
    EXPECT_EQ(reader.request().keep_alive, keep_alive) << text;
  }
}

TEST(Request, OnHttp10MayLackAHost) {
  RequestReader reader(limits());
  std::string_view bytes = "POST /wsman HTTP/1.0\r\nContent-Length: 1\r\n\r\nx";
  EXPECT_EQ(feed_all(reader, bytes), State::complete);
  EXPECT_EQ(reader.request().version_minor, 0);
}

TEST(Request, AcceptsWhatIsUnusualButHarmless) {
  for (const auto& text :
       {headers("X:\r\n"), headers("X: \xC3\xA4\r\n"), headers("X: a\tb\r\n"), headers("Content-Length: 000\r\n"),
        headers("Trailer: Expires\r\n"), headers("Upgrade: h2c\r\nConnection: Upgrade\r\n"),
        headers("Content_Length: 5\r\n"), std::string("OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n"),
        std::string("POST http://h/wsman HTTP/1.1\r\nHost: h\r\n\r\n"),
        std::string("!#$%&'*+-.^_`|~ / HTTP/1.1\r\nHost: h\r\n\r\n")}) {
    RequestReader reader(limits());
    std::string_view bytes = text;
    EXPECT_EQ(reader.feed(bytes), State::complete) << text << reader.error().reason;
  }
}

TEST(Request, BodyLimitMayBeLoweredAtTheHead) {
  for (const auto& text : {headers("Content-Length: 11\r\n") + "12345678901",
                           headers("Transfer-Encoding: chunked\r\n") + "b\r\n12345678901\r\n0\r\n\r\n"}) {
    for (const std::size_t limit : {10U, 11U}) {
      RequestReader reader(limits());
      std::string_view bytes = text;
      ASSERT_EQ(reader.feed(bytes), State::head);
      reader.limit_body(limit);
      EXPECT_EQ(reader.feed(bytes), limit == 10 ? State::failed : State::complete);
      EXPECT_EQ(reader.error().status, limit == 10 ? 413 : 400);
    }
  }
}

TEST(Request, BodyMayBeDiscardedWithinItsLimit) {
  const std::string sized = headers("Content-Length: 11\r\n") + "12345678901GET";
  const std::string chunked = headers("Transfer-Encoding: chunked\r\n") + "b\r\n12345678901\r\n0\r\n\r\nGET";
  for (const auto& text : {sized, chunked}) {
    RequestReader reader(limits());
    std::string_view bytes = text;
    ASSERT_EQ(reader.feed(bytes), State::head);
    reader.discard_body();
    ASSERT_EQ(reader.feed(bytes), State::complete);
    EXPECT_EQ(reader.request().body, "");
    EXPECT_EQ(bytes, "GET");
    reader.reset();
    bytes = sized;  // and the next one is kept again
    ASSERT_EQ(feed_all(reader, bytes), State::complete);
    EXPECT_EQ(reader.request().body, "12345678901");
  }
  RequestReader reader(limits());
  std::string_view bytes = chunked;
  ASSERT_EQ(reader.feed(bytes), State::head);
  reader.discard_body();
  reader.limit_body(10);
  EXPECT_EQ(reader.feed(bytes), State::failed);
}

TEST(Request, AnnouncedLengthAloneTakesNoMemory) {
  Limits large;
  large.body = 1U << 30;
  RequestReader reader(large);
  const std::string text = headers("Content-Length: 1073741824\r\n") + "x";
  std::string_view bytes = text;
  ASSERT_EQ(feed_all(reader, bytes), State::need_more);
  EXPECT_LE(reader.request().body.capacity(), 128U << 10);
}

TEST(Request, FailureIsFinal) {
  RequestReader reader(limits());
  std::string_view bytes = "\r\n";
  ASSERT_EQ(reader.feed(bytes), State::failed);
  bytes = soap;
  EXPECT_EQ(reader.feed(bytes), State::failed);
  EXPECT_EQ(reader.error().status, 400);
}

TEST(Request, MayBeMovedOutAndItsReaderReused) {
  RequestReader reader(limits());
  for (int round = 0; round < 3; ++round) {
    std::string_view bytes = soap;
    ASSERT_EQ(feed_all(reader, bytes), State::complete);
    const Request taken = std::move(reader.request());
    EXPECT_EQ(taken.body, "<envelope/>");
    EXPECT_EQ(taken.headers.size(), 7U);
    reader.reset();
  }
  RequestReader moved = std::move(reader);
  std::string_view bytes = soap;
  EXPECT_EQ(feed_all(moved, bytes), State::complete);
}

}  // namespace
}  // namespace winrmd::http

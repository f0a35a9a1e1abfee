// Each limit at the limit, one above, and absurdly above, whole and byte by byte.
#include <gtest/gtest.h>

#include "lib/http/transcript.hpp"

namespace winrmd::http {
namespace {

constexpr std::string_view start = "POST / HTTP/1.1\r\nHost: h\r\n";

Limits small() {
  Limits limits;
  limits.line = 64;
  limits.header_block = 256;
  limits.headers = 5;
  limits.body = 100;
  limits.chunk_header = 16;
  limits.chunk_overhead = 64;
  return limits;
}

void expect_accepted(const std::string& bytes, const Limits& limits) {
  EXPECT_EQ(read_whole(bytes, limits).completed(), 1U) << read_whole(bytes, limits).text();
  EXPECT_EQ(read_by_bytes(bytes, limits).text(), read_whole(bytes, limits).text());
}

void expect_refused(const std::string& bytes, const Limits& limits, int status, std::string_view reason) {
  const auto whole = read_whole(bytes, limits);
  EXPECT_EQ(whole.status(), status) << whole.text();
  EXPECT_EQ(whole.reason(), reason);
  EXPECT_EQ(read_by_bytes(bytes, limits).text(), whole.text());
}

std::string fill(std::string_view before, std::size_t size, std::string_view after) {
  return std::string(before).append(size - before.size() - after.size(), 'a').append(after);
}

TEST(Limits, BoundTheRequestLine) {
  const auto line = [](std::size_t size) { return fill("POST /", size, " HTTP/1.1\r\n") + "Host: h\r\n\r\n"; };
  expect_accepted(line(64), small());
  for (const std::size_t size : {65U, 300U, 1'000'000U}) {
    expect_refused(line(size), small(), 414, "request line too long");
  }
  expect_refused("POST /" + std::string(1000, 'a'), small(), 414, "request line too long");  // no end in sight
}

TEST(Limits, BoundEachHeaderLine) {
  const auto line = [](std::size_t size) { return std::string(start) + fill("X: ", size, "\r\n") + "\r\n"; };
  expect_accepted(line(64), small());
  for (const std::size_t size : {65U, 1'000'000U}) expect_refused(line(size), small(), 431, "header line too long");
}

TEST(Limits, BoundTheHeaderBlock) {
  const auto block = [](std::size_t size) {
    std::string bytes(start);
    while (bytes.size() + 64 < size - 2) bytes += fill("X: ", 50, "\r\n");
    return bytes + fill("X: ", size - 2 - bytes.size(), "\r\n") + "\r\n";
  };
  auto limits = small();
  limits.headers = 1'000'000;
  ASSERT_EQ(block(256).size(), 256U);
  expect_accepted(block(256), limits);
  for (const std::size_t size : {257U, 258U, 259U, 300U, 1'000'000U}) {
    expect_refused(block(size), limits, 431, "header block too long");
  }
}

TEST(Limits, BoundTheNumberOfHeaders) {
  const auto headers = [](std::size_t count) {
    std::string bytes(start);
    for (std::size_t i = 1; i < count; ++i) bytes += "X:y\r\n";
    return bytes + "\r\n";
  };
  auto limits = small();
  limits.header_block = 10'000'000;
  expect_accepted(headers(5), limits);
  for (const std::size_t count : {6U, 100'000U}) expect_refused(headers(count), limits, 431, "too many headers");
}

TEST(Limits, BoundTheAnnouncedLength) {
  const auto length = [](const std::string& size) {
    return std::string(start) + "Content-Length: " + size + "\r\n\r\n" + std::string(100, 'b');
  };
  expect_accepted(length("100"), small());
  for (const char* size : {"101", "18446744073709551615"}) {
    expect_refused(length(size), small(), 413, "body too large");
  }
}

TEST(Limits, BoundTheSumOfTheChunks) {
  const auto chunks = [](std::string_view last_size) {
    return std::string(start) + "Transfer-Encoding: chunked\r\n\r\n32\r\n" + std::string(50, 'b') + "\r\n" +
           std::string(last_size) + "\r\n" + std::string(50, 'b') + "\r\n0\r\n\r\n";
  };
  expect_accepted(chunks("32"), small());
  for (const char* size : {"33", "FFFFFFFF", "FFFFFFFFFFFFFF"}) {
    expect_refused(chunks(size), small(), 413, "body too large");
  }
}

TEST(Limits, BoundEachChunkHeader) {
  const auto extension = [](std::size_t size) {
    return std::string(start) + "Transfer-Encoding: chunked\r\n\r\n" + fill("1;", size, "\r\n") + "b\r\n0\r\n\r\n";
  };
  expect_accepted(extension(16), small());
  for (const std::size_t size : {17U, 1'000'000U}) {
    expect_refused(extension(size), small(), 400, "chunk header too long");
  }
  expect_refused(std::string(start) + "Transfer-Encoding: chunked\r\n\r\n" + std::string(1000, '0'), small(), 400,
                 "chunk header too long");
}

TEST(Limits, BoundAllChunkFramingTogether) {
  const auto chunks = [](int count, std::string_view last) {
    std::string bytes = std::string(start) + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < count; ++i) bytes += "1\r\nb\r\n";
    return bytes.append(last).append("\r\n\r\n");
  };
  expect_accepted(chunks(11, "00000"), small());  // 11 * 5 + 5 + 4 = 64
  expect_refused(chunks(11, "000000"), small(), 400, "too much chunk framing");
  expect_refused(chunks(100, "0"), small(), 400, "too much chunk framing");
}

TEST(Limits, OfTheServiceHoldKerberosTicketsAndNoMore) {
  const Limits limits;
  const auto ticket = [](std::size_t size) {
    return "POST /wsman HTTP/1.1\r\nHost: h\r\n" + fill("Authorization: Kerberos ", size, "\r\n") + "\r\n";
  };
  EXPECT_EQ(read_whole(ticket(48U << 10), limits).completed(), 1U);
  EXPECT_EQ(read_whole(ticket((48U << 10) + 1), limits).status(), 431);
}

TEST(Limits, OfBodiesMayChangeBetweenRequests) {
  const auto request = std::string(start) + "Content-Length: 5\r\n\r\nabcde";
  RequestReader reader({.body = 4});
  std::string_view bytes = request;
  EXPECT_EQ(reader.feed(bytes), RequestReader::State::failed);
  reader = RequestReader({.body = 4});
  reader.announce_limit(5);
  for (int i = 0; i < 2; ++i) {
    bytes = request;
    EXPECT_EQ(reader.feed(bytes), RequestReader::State::head);
    EXPECT_EQ(reader.feed(bytes), RequestReader::State::complete);
    reader.reset();
  }
}

}  // namespace
}  // namespace winrmd::http

#include <gtest/gtest.h>

#include "lib/seal/multipart.hpp"

namespace winrmd::seal {
namespace {

const Piece piece{.length = 4, .split = 16, .header = "0123456789ABCDEF", .data = "data"};

TEST(Compose, WritesEveryOctetAsClientsCompareIt) {
  const auto message = compose({}, "application/soap+xml;charset=UTF-8", std::span(&piece, 1));
  EXPECT_EQ(
      message.content_type,
      "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\"Encrypted Boundary\"");
  EXPECT_EQ(message.body,
            "--Encrypted Boundary\r\n"
            "\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
            "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=4\r\n"
            "--Encrypted Boundary\r\n"
            "\tContent-Type: application/octet-stream\r\n" +
                std::string("\x10\0\0\0", 4) + "0123456789ABCDEFdata--Encrypted Boundary--\r\n");
}

// Windows' own framing is 238 octets: without tabs, in UTF-16.
TEST(Compose, WithoutTabsWhereTheRequestHadNone) {
  const Piece long_piece{.length = 1234, .split = 60, .header = {}, .data = {}};
  const auto message = compose({.protocol = Protocol::kerberos, .tabs = false}, "application/soap+xml;charset=UTF-16",
                               std::span(&long_piece, 1));
  EXPECT_EQ(message.body.size(), 238U + 4);
  EXPECT_EQ(
      message.content_type,
      "multipart/encrypted;protocol=\"application/HTTP-Kerberos-session-encrypted\";boundary=\"Encrypted Boundary\"");
  EXPECT_FALSE(message.body.contains('\t'));
  EXPECT_TRUE(message.body.contains("\r\nOriginalContent: type=application/soap+xml;charset=UTF-16;Length=1234\r\n--"));
}

TEST(Compose, SeveralPiecesAreSeveralPairsWithOneEnd) {
  const std::vector<Piece> pieces{{.length = 16384, .split = 16, .header = {}, .data = "first"},
                                  {.length = 1, .split = 16, .header = {}, .data = "second"}};
  const auto message = compose({.protocol = Protocol::credssp}, "t", pieces);
  EXPECT_EQ(message.content_type,
            "multipart/x-multi-encrypted;protocol=\"application/HTTP-CredSSP-session-encrypted\";"
            "boundary=\"Encrypted Boundary\"");
  EXPECT_TRUE(message.body.contains(";Length=16384\r\n"));
  EXPECT_TRUE(message.body.contains("first--Encrypted Boundary\r\n\tContent-Type"));
  EXPECT_TRUE(message.body.ends_with("second--Encrypted Boundary--\r\n"));
  EXPECT_EQ(message.body.find("--Encrypted Boundary--"), message.body.size() - 24);
}

TEST(Compose, WhatIsWrittenReadsTheSame) {
  for (const auto protocol : {Protocol::spnego, Protocol::kerberos}) {
    for (const bool tabs : {true, false}) {
      const auto written = compose({.protocol = protocol, .tabs = tabs}, "t;charset=UTF-8", std::span(&piece, 1));
      const auto type = parse_media_type(written.content_type);
      ASSERT_TRUE(type);
      const auto read = parse(*type, written.body);
      ASSERT_TRUE(read) << read.error().message;
      EXPECT_EQ(read->tabs, tabs);
      EXPECT_EQ(read->type, "t;charset=UTF-8");
      EXPECT_EQ(read->parts[0].length, piece.length);
      EXPECT_EQ(read->parts[0].bytes, piece.header + piece.data);
    }
  }
}

}  // namespace
}  // namespace winrmd::seal

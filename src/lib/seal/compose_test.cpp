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

// A message of NTLM, octet by octet.
const std::string with_tabs =
    "2d2d456e6372797074656420426f756e646172790d0a09436f6e74656e742d547970653a206170706c69636174696f6e2f48"
    "5454502d53504e45474f2d73657373696f6e2d656e637279707465640d0a094f726967696e616c436f6e74656e743a207479"
    "70653d6170706c69636174696f6e2f736f61702b786d6c3b636861727365743d5554462d383b4c656e6774683d340d0a2d2d"
    "456e6372797074656420426f756e646172790d0a09436f6e74656e742d547970653a206170706c69636174696f6e2f6f6374"
    "65742d73747265616d0d0a1000000001000000c08b9f047e1c0ea90000000061a400e92d2d456e6372797074656420426f75"
    "6e646172792d2d0d0a";
const std::string without_tabs =
    "2d2d456e6372797074656420426f756e646172790d0a436f6e74656e742d547970653a206170706c69636174696f6e2f4854"
    "54502d53504e45474f2d73657373696f6e2d656e637279707465640d0a4f726967696e616c436f6e74656e743a2074797065"
    "3d6170706c69636174696f6e2f736f61702b786d6c3b636861727365743d5554462d383b4c656e6774683d340d0a2d2d456e"
    "6372797074656420426f756e646172790d0a436f6e74656e742d547970653a206170706c69636174696f6e2f6f637465742d"
    "73747265616d0d0a1000000001000000c08b9f047e1c0ea90000000061a400e92d2d456e6372797074656420426f756e6461"
    "72792d2d0d0a";

std::string from_hex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string result;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    result.push_back(static_cast<char>(value(digits[i]) << 4 | value(digits[i + 1])));
  }
  return result;
}

TEST(Compose, AMessageOfNtlmIsWrittenAndReadAsInTheVector) {
  const Piece sealed{
      .length = 4, .split = 16, .header = from_hex("01000000c08b9f047e1c0ea900000000"), .data = from_hex("61a400e9")};
  for (const bool tabs : {true, false}) {
    const auto expected = from_hex(tabs ? with_tabs : without_tabs);
    EXPECT_EQ(compose({.tabs = tabs}, "application/soap+xml;charset=UTF-8", std::span(&sealed, 1)).body, expected);
    const auto message = parse({.protocol = Protocol::spnego, .boundary = "Encrypted Boundary"}, expected);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->tabs, tabs);
    EXPECT_EQ(message->parts[0].bytes, sealed.header + sealed.data);
  }
}

}  // namespace
}  // namespace winrmd::seal

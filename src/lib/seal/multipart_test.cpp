#include "lib/seal/multipart.hpp"

#include <gtest/gtest.h>

#include "lib/seal/sealed_text.hpp"

namespace winrmd::seal {
namespace {

using testing::closing;
using testing::credssp_pair;
using testing::little_endian;
using testing::Pair;
using testing::tls_record;

const MediaType gss{.protocol = Protocol::spnego, .boundary = "Encrypted Boundary"};
const MediaType tls{.protocol = Protocol::credssp, .boundary = "Encrypted Boundary"};

// A pair with one thing changed.
template <class Change>
std::string changed(Change change, const std::string& end = closing) {
  Pair pair;
  change(pair);
  return pair.text() + end;
}

TEST(Multipart, TakesTheFormOfMostClients) {
  const auto body = Pair().text() + closing;
  const auto message = parse(gss, body);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_TRUE(message->tabs);
  EXPECT_EQ(message->type, "application/soap+xml;charset=UTF-8");
  ASSERT_EQ(message->parts.size(), 1U);
  EXPECT_EQ(message->parts[0].length, 4U);
  EXPECT_EQ(message->parts[0].split, 16U);
  EXPECT_EQ(message->parts[0].bytes, "0123456789ABCDEFdata");
}

struct Variation {
  const char* what;
  std::string body;
};

TEST(Multipart, TakesTheVariationsOfClients) {
  const std::vector<Variation> variations{
      {"no tab", changed([](Pair& p) {
         p.content_type = p.content_type.substr(1);
         p.original_content = p.original_content.substr(1);
         p.octets = p.octets.substr(1);
       })},
      {"spaces", changed([](Pair& p) { p.original_content = "   " + p.original_content; })},
      {"names in other cases", changed([](Pair& p) {
         p.content_type = "content-type:application/http-spnego-session-encrypted\r\n";
         p.original_content = "ORIGINALCONTENT: TYPE=application/soap+xml;charset=UTF-8;length=4\r\n";
         p.octets = "CONTENT-TYPE:Application/Octet-Stream\r\n";
       })},
      {"the other GSS protocol",
       changed([](Pair& p) { p.content_type = "Content-Type: application/HTTP-Kerberos-session-encrypted\r\n"; })},
      {"lines of the first part the other way round",
       changed([](Pair& p) { p.content_type.swap(p.original_content); })},
      {"a space in the delimiter", changed(
                                       [](Pair& p) {
                                         p.delimiter = "-- Encrypted Boundary\r\n";
                                         p.second_delimiter = p.delimiter;
                                       },
                                       "-- Encrypted Boundary--\r\n")},
      {"an empty line before the end", changed([](Pair&) {}, "\r\n" + closing)},
      {"empty lines after the end", changed([](Pair&) {}, closing + "\r\n")},
      {"no line end after the end", changed([](Pair&) {}, "--Encrypted Boundary--")},
  };
  for (const auto& [what, body] : variations) {
    const auto message = parse(gss, body);
    ASSERT_TRUE(message) << what << ": " << message.error().message;
    ASSERT_EQ(message->parts.size(), 1U) << what;
    EXPECT_EQ(message->parts[0].bytes, "0123456789ABCDEFdata") << what;
    EXPECT_EQ(message->type, "application/soap+xml;charset=UTF-8") << what;
  }
}

TEST(Multipart, TheTypeNeedsNoCharset) {
  const auto body =
      changed([](Pair& p) { p.original_content = "\tOriginalContent: type=application/soap+xml;Length=4\r\n"; });
  EXPECT_EQ(parse(gss, body)->type, "application/soap+xml");
}

TEST(Multipart, WhetherThereAreTabsIsTold) {
  const auto body = changed([](Pair& p) { p.content_type = p.content_type.substr(1); });
  EXPECT_FALSE(parse(gss, body)->tabs);
}

// What looks like a delimiter within what is sealed is not one.
TEST(Multipart, TheBoundaryIsNotLookedForInWhatIsSealed) {
  const auto inner = closing + "--Encrypted Boundary\r\n";
  const auto body = changed([&](Pair& p) {
    p.data = inner;
    p.original_content = "OriginalContent: type=t;Length=" + std::to_string(inner.size()) + "\r\n";
  });
  auto message = parse(gss, body);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->parts[0].bytes, "0123456789ABCDEF" + inner);
  // With padding: up to the last one.
  const auto padded = changed([&](Pair& p) {
    p.data = inner + "12";
    p.original_content = "OriginalContent: type=t;Length=" + std::to_string(inner.size() + 1) + "\r\n";
  });
  message = parse(gss, padded);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->parts[0].bytes, "0123456789ABCDEF" + inner + "12");

  const auto records = credssp_pair(inner).text() + closing;
  message = parse(tls, records);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->parts[0].bytes, tls_record(inner));
}

TEST(Multipart, WhatIsSealedMayEndLikeALine) {
  const auto body = changed([](Pair& p) { p.data = "ab\r\n"; }, "\r\n" + closing);
  EXPECT_EQ(parse(gss, body)->parts[0].bytes, "0123456789ABCDEFab\r\n");
}

TEST(Multipart, SeveralPairs) {
  const auto first = credssp_pair(std::string(16384, 'a')).text();
  const auto second = credssp_pair("b", 5).text();
  for (const auto& body :
       {first + second + closing, first + closing + second + closing, first + "\r\n" + second + closing}) {
    const auto message = parse(tls, body);
    ASSERT_TRUE(message) << message.error().message;
    ASSERT_EQ(message->parts.size(), 2U);
    EXPECT_EQ(message->parts[0].bytes, tls_record(std::string(16384, 'a')));
    EXPECT_EQ(message->parts[1].bytes, tls_record("b"));
  }
  const auto message = parse(gss, Pair().text() + Pair().text() + closing);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->parts.size(), 2U);
}

TEST(Multipart, SeveralRecordsInAPartAndANumberWithoutMeaning) {
  auto pair = credssp_pair("a", 0xFFFFFFFF);
  pair.data += tls_record("b", 22);
  const auto body = pair.text() + closing;
  const auto message = parse(tls, body);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->parts[0].bytes, tls_record("a") + tls_record("b", 22));
}

TEST(Multipart, RefusesHostileShapes) {
  const auto good = Pair().text();
  const std::vector<Variation> shapes{
      {"nothing", ""},
      {"only the end", closing},
      {"only empty lines", "\r\n\r\n"},
      {"no end", good},
      {"an end cut short", good + "--Encrypted Boundary-"},
      {"something behind the end", good + closing + "x"},
      {"something before the first delimiter", "x" + good + closing},
      {"another boundary", changed([](Pair& p) { p.delimiter = "--Other\r\n"; })},
      {"no second delimiter", changed([](Pair& p) { p.second_delimiter.clear(); })},
      {"no lines at all", "--Encrypted Boundary\r\n--Encrypted Boundary\r\n"},
      {"bare line feeds", changed([](Pair& p) { p.content_type = "Content-Type: " + testing::spnego + "\n"; })},
      {"no protocol", changed([](Pair& p) { p.content_type.clear(); })},
      {"two protocols", changed([](Pair& p) { p.content_type += p.content_type; })},
      {"a protocol of another family",
       changed([](Pair& p) { p.content_type = "\tContent-Type: " + testing::credssp + "\r\n"; })},
      {"no type", changed([](Pair& p) { p.original_content.clear(); })},
      {"two types", changed([](Pair& p) { p.original_content += p.original_content; })},
      {"no length", changed([](Pair& p) { p.original_content = "OriginalContent: type=application/soap+xml\r\n"; })},
      {"an empty type", changed([](Pair& p) { p.original_content = "OriginalContent: type=;Length=4\r\n"; })},
      {"a negative length", changed([](Pair& p) { p.original_content = "OriginalContent: type=t;Length=-4\r\n"; })},
      {"a length in hexadecimal",
       changed([](Pair& p) { p.original_content = "OriginalContent: type=t;Length=0x4\r\n"; })},
      {"a length beyond any number",
       changed([](Pair& p) { p.original_content = "OriginalContent: type=t;Length=99999999999999999999\r\n"; })},
      {"an absurd length",
       changed([](Pair& p) { p.original_content = "OriginalContent: type=t;Length=18446744073709551615\r\n"; })},
      {"a length above the most", changed([](Pair& p) {
         p.original_content = "OriginalContent: type=t;Length=" + std::to_string(max_announced + 1) + "\r\n";
       })},
      {"a line without a colon", changed([](Pair& p) { p.content_type += "nothing\r\n"; })},
      {"a line that is too long",
       changed([](Pair& p) { p.content_type += "X:" + std::string(max_part_line - 1, 'x') + "\r\n"; })},
      {"too many lines", changed([](Pair& p) {
         for (std::size_t i = 0; i < max_part_lines - 1; ++i) p.content_type += "X: y\r\n";
       })},
      {"another second part", changed([](Pair& p) { p.octets = "\tContent-Type: text/plain\r\n"; })},
      {"a second part without lines", changed([](Pair& p) { p.octets.clear(); })},
      {"it ends before the number", changed(
                                        [](Pair& p) {
                                          p.split = "\x10";
                                          p.header.clear();
                                          p.data.clear();
                                        },
                                        "")},
      {"a header longer than the body", changed([](Pair& p) { p.split = little_endian(10'000); })},
      {"a header of 4 GiB", changed([](Pair& p) { p.split = little_endian(0xFFFFFFFF); })},
      {"a header that reaches into the end", changed([](Pair& p) { p.split = little_endian(21); })},
      {"several types", good + changed([](Pair& p) { p.original_content = "OriginalContent: type=t;Length=4\r\n"; })},
  };
  for (const auto& [what, body] : shapes) EXPECT_FALSE(parse(gss, body)) << what;
}

TEST(Multipart, RefusesWhatIsNotMadeOfRecords) {
  const auto with = [](const std::string& data) {
    auto pair = credssp_pair("a");
    pair.data = data;
    return pair.text() + closing;
  };
  EXPECT_TRUE(parse(tls, with(tls_record("a"))));
  EXPECT_FALSE(parse(tls, with("plain")));
  EXPECT_FALSE(parse(tls, with(tls_record("a") + "x")));
  EXPECT_FALSE(parse(tls, with(tls_record("a", 24))));
  EXPECT_FALSE(parse(tls, with(std::string("\x17\x03\x03\xFF\xFF", 5) + "short")));
  EXPECT_FALSE(parse(tls, with(std::string("\x17\x02\x00\x00\x01", 5) + "a")));
  EXPECT_FALSE(parse(tls, credssp_pair("a").text()));
}

TEST(Multipart, PartsAreCounted) {
  std::string body;
  for (std::size_t i = 0; i < max_parts; ++i) body += Pair().text();
  EXPECT_TRUE(parse(gss, body + closing));
  EXPECT_FALSE(parse(gss, body + Pair().text() + closing));
}

TEST(Multipart, LinesAreCountedAndMeasured) {
  EXPECT_TRUE(
      parse(gss, changed([](Pair& p) { p.content_type += "X:" + std::string(max_part_line - 2, 'x') + "\r\n"; })));
  EXPECT_TRUE(parse(gss, changed([](Pair& p) {
                      for (std::size_t i = 0; i < max_part_lines - 2; ++i) p.content_type += "X: y\r\n";
                    })));
}

TEST(Multipart, EveryPrefixIsRefused) {
  for (const auto& [type, body] :
       {std::pair(gss, Pair().text() + closing), std::pair(tls, credssp_pair("abc").text() + closing)}) {
    ASSERT_TRUE(parse(type, body));
    for (std::size_t size = 0; size + 2 < body.size(); ++size) EXPECT_FALSE(parse(type, body.substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace winrmd::seal

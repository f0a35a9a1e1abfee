#include "lib/seal/media_type.hpp"

#include <gtest/gtest.h>

namespace winrmd::seal {
namespace {

struct Good {
  const char* text;
  Protocol protocol;
  const char* boundary;
};

TEST(MediaType, TakesWhatClientsWrite) {
  for (
      const auto& good : {
          Good{
              R"(multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary")",
              Protocol::spnego, "Encrypted Boundary"},
          Good{
              R"(multipart/encrypted;protocol="application/HTTP-Kerberos-session-encrypted";boundary="Encrypted Boundary")",
              Protocol::kerberos, "Encrypted Boundary"},
          Good{
              R"(multipart/x-multi-encrypted;protocol="application/HTTP-CredSSP-session-encrypted";boundary="Encrypted Boundary")",
              Protocol::credssp, "Encrypted Boundary"},
          Good{"Multipart/Encrypted ; BOUNDARY = x ; Protocol=application/http-spnego-session-encrypted",
               Protocol::spnego, "x"},
          Good{"multipart/encrypted;boundary=Encrypted Boundary;protocol=application/HTTP-SPNEGO-session-encrypted;",
               Protocol::spnego, "Encrypted Boundary"},
          Good{
              R"(multipart/encrypted; charset="a;b"; protocol="application/HTTP-SPNEGO-session-encrypted" ;boundary="--")",
              Protocol::spnego, "--"},
      }) {
    EXPECT_TRUE(is_sealed(good.text));
    const auto type = parse_media_type(good.text);
    ASSERT_TRUE(type) << good.text << ": " << type.error().message;
    EXPECT_EQ(type->protocol, good.protocol) << good.text;
    EXPECT_EQ(type->boundary, good.boundary) << good.text;
  }
}

TEST(MediaType, RefusesWhatIsNotWellFormed) {
  const std::string protocol = R"(protocol="application/HTTP-SPNEGO-session-encrypted")";
  for (const auto& bad : {
           std::string("multipart/encrypted"),
           std::string("multipart/encrypted;"),
           "multipart/encrypted;" + protocol,
           "multipart/encrypted;" + protocol + ";boundary",
           "multipart/encrypted;" + protocol + ";boundary=",
           "multipart/encrypted;" + protocol + R"(;boundary="")",
           "multipart/encrypted;" + protocol + R"(;boundary="x)",
           "multipart/encrypted;" + protocol + R"(;boundary="x"y)",
           "multipart/encrypted;" + protocol + R"(;boundary=x"y")",
           "multipart/encrypted;" + protocol + R"(;boundary="x ")",
           "multipart/encrypted;" + protocol + ";boundary=x;boundary=x",
           "multipart/encrypted;" + protocol + ";boundary=x;" + protocol,
           "multipart/encrypted;" + protocol + ";boundary=\"a\tb\"",
           "multipart/encrypted;" + protocol + ";boundary=\"a\xFF\"",
           "multipart/encrypted;" + protocol + ";boundary=" + std::string(max_boundary + 1, 'x'),
           std::string("multipart/encrypted;boundary=x"),
           std::string("multipart/encrypted;boundary=x;protocol=application/HTTP-Digest-session-encrypted"),
           std::string("multipart/encrypted;=;boundary=x"),
       }) {
    EXPECT_FALSE(parse_media_type(bad)) << bad;
  }
  EXPECT_TRUE(parse_media_type("multipart/encrypted;" + protocol + ";boundary=" + std::string(max_boundary, 'x')));
}

TEST(MediaType, OtherTypesAreNotSealed) {
  for (const auto* other : {"", "application/soap+xml", "multipart/mixed;boundary=x", "multipart/encrypted2;boundary=x",
                            "x;multipart/encrypted"}) {
    EXPECT_FALSE(is_sealed(other)) << other;
    EXPECT_FALSE(parse_media_type(other)) << other;
  }
}

}  // namespace
}  // namespace winrmd::seal

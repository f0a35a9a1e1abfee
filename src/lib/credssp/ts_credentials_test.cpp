#include "lib/credssp/ts_credentials.hpp"

#include <gtest/gtest.h>

#include "lib/credssp/testing.hpp"

namespace winrmd::credssp {
namespace {

const auto example = from_hex(
    "3033a003020101a12c042a3028a010040e4500580041004d0050004c004500a10c040a770069006e006f007000a206040470007700");

PasswordCredentials make(std::string domain, std::string user, std::string password) {
  PasswordCredentials made;
  made.domain = std::move(domain);
  made.user = std::move(user);
  made.password = std::move(password);
  return made;
}

Result<PasswordCredentials> decode(std::string_view der) {
  const auto outer = decode_credentials(der);
  if (!outer) return std::unexpected(outer.error());
  return decode_password(outer->credentials);
}

TEST(TsCredentials, OfAPasswordAreReadAndWrittenAsClientsDo) {
  const auto outer = decode_credentials(example).value();
  EXPECT_EQ(outer.type, password_type);
  const auto inner = decode_password(outer.credentials).value();
  EXPECT_EQ(inner.domain, "EXAMPLE");
  EXPECT_EQ(inner.user, "winop");
  EXPECT_EQ(inner.password, "pw");
  EXPECT_EQ(encode_password(inner), example);
}

TEST(TsCredentials, CarryAnyTextAndEmptyText) {
  for (const auto& [domain, user, password] : std::initializer_list<std::array<const char*, 3>>{
           {"", "", ""}, {"d", "jürgen", "пароль 🔑"}, {"", "alice@EXAMPLE.COM", " "}}) {
    const auto der = encode_password(make(domain, user, password));
    const auto read = decode(der).value();
    EXPECT_EQ(read.domain, domain);
    EXPECT_EQ(read.user, user);
    EXPECT_EQ(read.password, password);
  }
}

TEST(TsCredentials, OfOtherTypesAreKnownByTheirNumber) {
  for (const std::uint32_t type : {2U, 6U, 0U, 1000U}) {
    EXPECT_EQ(decode_credentials(encode_password(make("d", "u", "p"), type)).value().type, type);
  }
}

TEST(TsCredentials, RefuseWhatIsNotUtf16OrHoldsANul) {
  const std::pair<const char*, std::string_view> cases[] = {
      {"3016 a0040402 6400 a1040402 7500 a2080406 7000 00d8 7000", "a delegated password that is not UTF-16"},
      {"3011 a0030401 64 a1040402 7500 a2040402 7000", "a delegated domain that is not UTF-16"},
      {"3014 a0040402 6400 a1060404 7500 0000 a2040402 7000", "a delegated user name with a NUL"},
      {"3012 a0040402 6400 a1040402 7500 a2040402 0000", "a delegated password with a NUL"}};
  for (const auto& [der, reason] : cases) {
    const auto read = decode_password(from_hex(der));
    ASSERT_FALSE(read) << der;
    EXPECT_NE(read.error().message.find(reason), std::string::npos) << der << ": " << read.error().message;
  }
}

TEST(TsCredentials, AreRefusedIncompleteOrWithMoreBehindThem) {
  for (std::size_t i = 0; i < example.size(); ++i) EXPECT_FALSE(decode(std::string_view(example).substr(0, i))) << i;
  EXPECT_FALSE(decode(example + '\0'));
  for (const auto* der :
       {"300c a0040402 6400 a1040402 7500", "3018 a0040402 6400 a1040402 7500 a2040402 7000 a3040402 7000",
        "3012 a1040402 6400 a0040402 7500 a2040402 7000", "3000", ""}) {
    EXPECT_FALSE(decode_password(from_hex(der))) << der;
  }
  EXPECT_FALSE(decode_credentials(from_hex("3005a003020101")));
  EXPECT_FALSE(decode_credentials(from_hex("300ba003020101a1020400a200")));
}

TEST(TsCredentials, AreBoundedInEachField) {
  for (const std::size_t extra : {0UL, 1UL, 10'000UL}) {
    const bool good = extra == 0;
    EXPECT_EQ(decode(encode_password(make(std::string(longest_name + extra, 'd'), "u", "p"))).has_value(), good);
    EXPECT_EQ(decode(encode_password(make("d", std::string(longest_name + extra, 'u'), "p"))).has_value(), good);
    EXPECT_EQ(decode(encode_password(make("d", "u", std::string(longest_password + extra, 'p')))).has_value(), good);
  }
}

TEST(TsCredentials, ErrorsDoNotTellThePassword) {
  const auto read = decode_password(from_hex("3016 a0040402 6400 a1040402 7500 a2080406 7300 6500 0000"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "a delegated password with a NUL in it");
}

}  // namespace
}  // namespace winrmd::credssp

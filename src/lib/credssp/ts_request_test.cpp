#include "lib/credssp/ts_request.hpp"

#include <gtest/gtest.h>

#include "lib/credssp/der.hpp"
#include "lib/credssp/testing.hpp"

namespace winrmd::credssp {
namespace {

const auto first_request = from_hex(
    "3037a003020106a130302e302ca02a0428 "
    "4e544c4d5353500001000000b78208e2000000000000000000000000000000000a00ba470000000f");
const auto third_request = from_hex(
    "3048a003020106a111300f300da00b04094e544c4d5353500003a30a0408aaaaaaaaaaaaaaaaa5220420"
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

TEST(TsRequest, IsReadAndWrittenAsClientsWriteIt) {
  const auto first = decode_request(first_request).value();
  EXPECT_EQ(first.version, 6U);
  EXPECT_EQ(first.token->substr(0, 8), std::string("NTLMSSP\0", 8));
  EXPECT_FALSE(first.auth_info || first.pub_key_auth || first.error_code || first.nonce);
  EXPECT_EQ(encode(first), first_request);
  const auto third = decode_request(third_request).value();
  EXPECT_EQ(*third.pub_key_auth, std::string(8, '\xAA'));
  EXPECT_EQ(third.nonce->size(), nonce_size);
  EXPECT_EQ(third.nonce->back(), '\x1F');
  EXPECT_EQ(encode(third), third_request);
}

TEST(TsRequest, CarriesEveryFieldEmptyOrNot) {
  TsRequest all{.version = 3,
                .token = "",
                .auth_info = "secret",
                .pub_key_auth = "",
                .error_code = 0xC000006D,
                .nonce = std::string(nonce_size, '\0')};
  const auto der = encode(all);
  const auto read = decode_request(der).value();
  EXPECT_EQ(read.token, "");
  EXPECT_EQ(read.auth_info, "secret");
  EXPECT_EQ(read.pub_key_auth, "");
  EXPECT_EQ(read.error_code, 0xC000006D);
  EXPECT_EQ(encode(read), der);
  EXPECT_EQ(decode_request(from_hex("3005a003020102")).value().version, 2U);
}

// pyspnego writes the code as a positive number, Windows as a negative one.
TEST(TsRequest, TakesAnErrorCodeInBothWritings) {
  EXPECT_EQ(decode_request(from_hex("300da003020106a4060204c000006d")).value().error_code, 0xC000006D);
  EXPECT_EQ(decode_request(from_hex("300ea003020106a407020500c000006d")).value().error_code, 0xC000006D);
  EXPECT_EQ(encode({.version = 6, .error_code = 0xC000006D}), from_hex("300da003020106a4060204c000006d"));
}

TEST(TsRequest, RefusesWhatIsNone) {
  const std::pair<const char*, std::string_view> cases[] = {
      {"", "DER ends"},
      {"3000", "DER ends"},
      {"3005a003020101", "version 1"},
      {"3005a003020100", "version 0"},
      {"3005a0030201ff", "version 4294967295"},
      {"3006a00302010600", "unknown"},
      {"3005a00302010600", "behind"},
      {"300aa003020106a003020106", "unknown"},
      {"3007a1050403616263", "tag"},
      {"3009a003020106a6020400", "unknown"},
      {"300da003020106a2020400a1023000", "unknown"},  // out of order
      {"300da003020106a2020400a2020400", "unknown"},
      {"3009a003020106a1023000", "DER ends"},      // no token in the list
      {"300ba003020106a10430023000", "DER ends"},  // an entry without a token
      {"301da003020106a11630143008a0060404aaaaaaaa3008a0060404bbbbbbbb", "more than one"},
      {"300aa003020106a5030401aa", "nonce of 1 bytes"},
      {"3009a003020106a5020400", "nonce of 0 bytes"},
      {"3009a003020106a4020200", "without a byte"},
      {"3080a0030201060000", "DER"},
      {"3003020106", "tag"},
      {"0403020106", "tag"},
  };
  for (const auto& [der, reason] : cases) {
    const auto read = decode_request(from_hex(der));
    ASSERT_FALSE(read) << der;
    EXPECT_NE(read.error().message.find(reason), std::string::npos) << der << ": " << read.error().message;
  }
}

TEST(TsRequest, RefusesANonceOfAnotherSize) {
  for (const std::size_t size : {nonce_size - 1, nonce_size, nonce_size + 1}) {
    const auto der = encode({.nonce = std::string(size, 'n')});
    EXPECT_EQ(decode_request(der).has_value(), size == nonce_size);
  }
}

TEST(TsRequest, IsRefusedWhenItIsTooLarge) {
  TsRequest request{.token = std::string(largest_request - 40, 't')};
  while (encode(request).size() < largest_request) request.token->push_back('t');
  ASSERT_EQ(encode(request).size(), largest_request);
  EXPECT_TRUE(decode_request(encode(request)));
  request.token->push_back('t');
  EXPECT_FALSE(decode_request(encode(request)));
  request.token->resize(std::size_t{1} << 20);
  EXPECT_FALSE(decode_request(encode(request)));
}

TEST(TsRequest, SurvivesEveryByteChangedOrMissing) {
  for (std::size_t i = 0; i < third_request.size(); ++i) {
    EXPECT_FALSE(decode_request(std::string_view(third_request).substr(0, i)));
    for (const int change : {0x01, 0x80, 0xFF}) {
      std::string changed = third_request;
      changed[i] = static_cast<char>(changed[i] ^ change);
      if (const auto read = decode_request(changed)) {
        EXPECT_EQ(encode(*read), changed);
      }
    }
  }
}

TEST(TsRequest, SpeaksTheLowerOfTwoVersions) {
  EXPECT_EQ(common_version(2), 2U);
  EXPECT_EQ(common_version(6), 6U);
  EXPECT_EQ(common_version(7), 6U);
  EXPECT_EQ(common_version(INT32_MAX), 6U);
  for (const auto& [version, knows] :
       std::initializer_list<std::pair<std::uint32_t, bool>>{{2, false}, {3, true}, {4, true}, {5, false}, {6, true}}) {
    EXPECT_EQ(knows_error_code(version), knows) << version;
  }
}

}  // namespace
}  // namespace winrmd::credssp

#include <gtest/gtest.h>

#include "lib/credssp/testing.hpp"
#include "lib/credssp/ts_request.hpp"

namespace winrmd::credssp {
namespace {

const auto nonce = from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
const auto public_key = from_hex("3010020900c0ffee00c0ffee010203010001");

TEST(Binding, IsAHashOfNonceAndKeyFromVersion5On) {
  for (const std::uint32_t version : {5U, 6U}) {
    EXPECT_EQ(client_binding(version, nonce, public_key),
              from_hex("e8e98a1cc85ad3b6614183e3d477d7f79aa563118de5248e66cade35bd65e5ae"));
    EXPECT_EQ(server_binding(version, nonce, public_key),
              from_hex("c6629af700d081d0c27621b7ba722701f9809f10b33ec1dc3b49bfdc3aedc781"));
  }
}

TEST(Binding, IsTheKeyItselfBeforeThat) {
  for (const std::uint32_t version : {2U, 3U, 4U}) {
    EXPECT_EQ(client_binding(version, "", public_key), public_key);
    EXPECT_EQ(server_binding(version, "", public_key), from_hex("3110020900c0ffee00c0ffee010203010001"));
  }
  EXPECT_EQ(server_binding(2, "", "\xFF\x01"), std::string("\0\x01", 2));
  EXPECT_EQ(server_binding(2, "", ""), "");
}

TEST(Binding, IsComparedAsAWhole) {
  EXPECT_TRUE(same_binding("abc", "abc"));
  EXPECT_FALSE(same_binding("abc", "abd"));
  EXPECT_FALSE(same_binding("abc", "ab"));
  EXPECT_FALSE(same_binding("", ""));
}

}  // namespace
}  // namespace winrmd::credssp

#include "testing/tree_world.hpp"

namespace config_tree {
namespace {

class Switches : public TreeWorld {
 protected:
  // Puts members of Service and gives what is different in the file, or the text of the refusal.
  std::string put_service(const std::string& members) {
    const auto done = put("/service", "Service", members);
    return done ? "" : done.error().text;
  }
};

TEST_F(Switches, OffIsOffForEveryListener) {
  EXPECT_EQ(put_service("<Auth><Basic>false</Basic></Auth>"), "");
  EXPECT_FALSE(text().contains("basic = true"));
  EXPECT_TRUE(tree().get(at("/service/auth"))->contains("<cfg:Basic>false</cfg:Basic>"));
}

TEST_F(Switches, WithoutLeaveForClearTextBasicIsLeftToTls) {
  EXPECT_EQ(put_service("<AllowUnencrypted>false</AllowUnencrypted>"), "");
  EXPECT_TRUE(text().contains("basic = false\nallow_unencrypted = false\n")) << text();
  EXPECT_TRUE(tree().get(at("/service/auth"))->contains("<cfg:Basic>true</cfg:Basic>"));
}

TEST_F(Switches, LeaveForClearTextBringsBasicBack) {
  EXPECT_EQ(put_service("<AllowUnencrypted>false</AllowUnencrypted>"), "");
  EXPECT_EQ(put_service("<AllowUnencrypted>true</AllowUnencrypted>"), "");
  EXPECT_TRUE(text().contains("basic = true\nallow_unencrypted = true\n")) << text();
}

TEST_F(Switches, TheHardeningIsThatOfListenersWithTls) {
  EXPECT_EQ(put_service("<Auth><CbtHardeningLevel>Strict</CbtHardeningLevel></Auth>"), "");
  EXPECT_TRUE(text().contains("key = \"/etc/tls.key\"\nchannel_binding = \"strict\"\n")) << text();
}

TEST_F(Switches, WhatNoListenerCanHaveIsRefused) {
  EXPECT_EQ(put_service("<Auth><Certificate>true</Certificate></Auth>"), "there is no listener with TLS and client_ca");
  EXPECT_TRUE(put_service("<Auth><Kerberos>true</Kerberos></Auth>").ends_with("with kerberos needs login.keytab"));
  EXPECT_TRUE(put_service("<Auth><CredSSP>true</CredSSP></Auth>").contains("with credssp needs"));
}

}  // namespace
}  // namespace config_tree

// WSManPluginAuthzQueryQuota and its completion.
#include <gtest/gtest.h>

#include "host/core/codes.hpp"
#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {
namespace {

ipc::HostSetup setup_with_quota() {
  auto setup = authorization_setup();
  setup.plugins.front().quota = true;
  return setup;
}

class AuthzQuota : public ::testing::Test {
 protected:
  AuthzQuota() {
    script() = {};
    host_.supervisor([](Supervisor& it) {
      ipc::TokenDescription who;
      who.login_name = who.account = "alice";
      who.mechanism = "Basic";
      it.tokens.emplace("t", who);
    });
  }
  static ipc::AuthzQueryQuota query() {
    ipc::AuthzQueryQuota message;
    message.token = "t";
    message.http_url = "http://host/wsman";
    return message;
  }
  RunningHost host_{setup_with_quota()};
};

TEST_F(AuthzQuota, TheStructureIsCopiedBeforeTheCallReturns) {
  script().authz_quota = [](WSMAN_SENDER_DETAILS* sender) {
    EXPECT_EQ(std::u16string(reinterpret_cast<const char16_t*>(sender->senderName)), u"alice");
    WSMAN_AUTHZ_QUOTA quota{2, 3, 60, 0xFFFFFFFF};
    EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 0, &quota, 0, nullptr), 0U);
    quota = {};
  };
  const auto answer = host_.ask<ipc::AuthzCompleted>(query());
  ASSERT_TRUE(answer.quota);
  EXPECT_EQ(answer.quota->max_shells, 2U);
  EXPECT_EQ(answer.quota->max_operations, 3U);
  EXPECT_EQ(answer.quota->timeslot_seconds, 60U);
  EXPECT_EQ(answer.quota->max_operations_per_timeslot, 0xFFFFFFFFU);
}

TEST_F(AuthzQuota, ItMayBeCompletedLaterFromAnotherThread) {
  std::thread later;
  script().authz_quota = [&later](WSMAN_SENDER_DETAILS* sender) {
    later = std::thread([sender] {
      WSMAN_AUTHZ_QUOTA quota{1, 1, 1, 1};
      EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 0, &quota, 0, nullptr), 0U);
    });
  };
  EXPECT_TRUE(host_.ask<ipc::AuthzCompleted>(query()).quota);
  EXPECT_EQ(host_.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);  // the entry point has returned
  later.join();
}

TEST_F(AuthzQuota, BadArgumentsAreRefusedAndTheQueryStaysPending) {
  script().authz_quota = [](WSMAN_SENDER_DETAILS* sender) {
    WSMAN_AUTHZ_QUOTA quota{1, 1, 1, 1};
    EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(nullptr, 0, &quota, 0, nullptr), 87U);
    EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 1, &quota, 0, nullptr), 87U);
    EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender + 1, 0, &quota, 0, nullptr), 87U);
    // Another completion function is none of a query.
    EXPECT_EQ(WSManPluginAuthzUserComplete(sender, 0, nullptr, nullptr, FALSE, 0, nullptr), 87U);
    EXPECT_EQ(WSManPluginAuthzOperationComplete(sender, 0, nullptr, 0, nullptr), 87U);
    EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 0, &quota, 0, nullptr), 0U);
    EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 0, &quota, 0, nullptr), 87U);  // completed
  };
  EXPECT_TRUE(host_.ask<ipc::AuthzCompleted>(query()).quota);
}

TEST_F(AuthzQuota, SuccessWithoutAQuotaIsRefusedAndMeansTheDefault) {
  script().authz_quota = [](WSMAN_SENDER_DETAILS* sender) {
    EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 0, nullptr, 0, nullptr), 87U);
    WSMAN_AUTHZ_QUOTA quota{1, 1, 1, 1};
    EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 0, &quota, 0, nullptr), 87U);  // too late
  };
  const auto answer = host_.ask<ipc::AuthzCompleted>(query());
  EXPECT_EQ(answer.error_code, 0U);
  EXPECT_FALSE(answer.quota);
}

TEST_F(AuthzQuota, AFailureComesWithItsTextAndWithoutAQuota) {
  script().authz_quota = [](WSMAN_SENDER_DETAILS* sender) {
    WSMAN_AUTHZ_QUOTA quota{1, 1, 1, 1};
    EXPECT_EQ(WSManPluginAuthzQueryQuotaComplete(sender, 0, &quota, 0x80070002, WSMAN_TEXT("no database")), 0U);
  };
  const auto answer = host_.ask<ipc::AuthzCompleted>(query());
  EXPECT_EQ(answer.error_code, 0x80070002U);
  EXPECT_EQ(answer.extended_information, "no database");
  EXPECT_FALSE(answer.quota);
}

TEST_F(AuthzQuota, AnExceptionIsAFailure) {
  script().authz_quota = [](WSMAN_SENDER_DETAILS*) { throw 1; };
  const auto answer = host_.ask<ipc::AuthzCompleted>(query());
  EXPECT_EQ(answer.error_code, code_plugin_failed);
  EXPECT_FALSE(answer.from_plugin);
}

TEST(AuthzQuotaPlugin, IsNotLoadedWithoutTheEntryPointThatItIsConfiguredFor) {
  auto setup = setup_with_quota();
  setup.plugins.front().file = NO_QUOTA_PLUGIN;
  RunningHost host(setup);
  ipc::AuthzUser message;
  message.token = "t";
  const auto answer = host.ask<ipc::AuthzCompleted>(message);
  EXPECT_EQ(answer.error_code, code_entry_point_missing);
  EXPECT_NE(answer.extended_information.find("WSManPluginAuthzQueryQuota"), std::string::npos);
}

}  // namespace
}  // namespace winrmd::host::testing

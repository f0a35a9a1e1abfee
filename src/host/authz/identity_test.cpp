// Under whom the work is done: the rules of tokens, S12 to S14 and S27 of the interface.
#include <gtest/gtest.h>

#include "host/core/plugin_text.hpp"
#include "host/testing/authz_host.hpp"

namespace winrmd::host::testing {
namespace {

using namespace std::chrono_literals;

TEST_F(Authz, S12_ThePassedThroughTokenIsTheLogInsToken) {
  HANDLE client = nullptr;
  script().authz_user = [&client](auto* sender) {
    client = sender->clientToken;
    EXPECT_EQ(complete(sender, nullptr, client), 0U);
    EXPECT_FALSE(CloseHandle(client));  // handed over: closed once, and not by us
  };
  const auto answer = ask_user();
  EXPECT_EQ(answer.choice, ipc::TokenChoice::token);
  EXPECT_EQ(answer.token, "token-alice");
  EXPECT_EQ(answer.account, "alice");
  host_.supervisor([](Supervisor& it) { EXPECT_TRUE(it.released.empty()); });
}

TEST_F(Authz, S12_ThePluginCannotCloseTheClientsToken) {
  script().authz_user = [](auto* sender) {
    EXPECT_FALSE(CloseHandle(sender->clientToken));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_INVALID_HANDLE));
    complete(sender, nullptr, sender->clientToken);
  };
  EXPECT_EQ(ask_user().token, "token-alice");
}

TEST_F(Authz, S13_S27_AnotherTokenIsUsedInstead) {
  script().authz_user = [](auto* sender) {
    HANDLE token = nullptr;
    ASSERT_EQ(WSManPosixTokenForAccount(WSMAN_TEXT("bob"), sender->clientToken, &token), 0U);
    EXPECT_EQ(complete(sender, nullptr, token), 0U);
    EXPECT_FALSE(CloseHandle(token));  // ownership has passed
  };
  const auto answer = ask_user();
  EXPECT_EQ(answer.choice, ipc::TokenChoice::token);
  EXPECT_EQ(answer.token, "minted-1");
  EXPECT_EQ(answer.account, "bob");
  host_.supervisor([](Supervisor& it) {
    EXPECT_TRUE(it.released.empty());
    ASSERT_EQ(it.mints.size(), 1U);
    EXPECT_EQ(it.mints[0].for_token, "token-alice");
  });
}

TEST_F(Authz, S14_ATokenThatIsNotHandedOverIsReleasedWhenItIsClosed) {
  script().authz_user = [](auto* sender) {
    HANDLE token = nullptr;
    HANDLE duplicate = nullptr;
    ASSERT_EQ(WSManPosixTokenForAccount(WSMAN_TEXT("bob"), nullptr, &token), 0U);
    ASSERT_EQ(WSManPosixDuplicateToken(token, &duplicate), 0U);
    EXPECT_TRUE(CloseHandle(token));
    EXPECT_FALSE(CloseHandle(token));
    // A failed completion takes no ownership.
    EXPECT_EQ(complete(sender, nullptr, duplicate, 5), 0U);
    EXPECT_TRUE(CloseHandle(duplicate));
  };
  EXPECT_EQ(ask_user().error_code, 5U);
  for (int i = 0; i < 1000 && host_.supervisor([](Supervisor& it) { return it.released.empty(); }); ++i) {
    std::this_thread::sleep_for(10ms);
  }
  host_.supervisor([](Supervisor& it) { EXPECT_EQ(it.released, std::vector<std::string>{"minted-1"}); });
}

TEST_F(Authz, S13_ATokenThatWasHandedOverBeforeIsMintedAgain) {
  HANDLE kept = nullptr;
  script().authz_user = [&kept](auto* sender) {
    HANDLE token = nullptr;
    if (kept == nullptr) ASSERT_EQ(WSManPosixTokenForAccount(WSMAN_TEXT("bob"), nullptr, &kept), 0U);
    ASSERT_EQ(WSManPosixDuplicateToken(kept, &token), 0U);
    complete(sender, nullptr, token);
  };
  EXPECT_EQ(ask_user().token, "minted-1");
  EXPECT_EQ(ask_user().token, "minted-2");
  EXPECT_TRUE(CloseHandle(kept));
  host_.supervisor([](Supervisor& it) {
    EXPECT_TRUE(it.released.empty());
    EXPECT_EQ(it.mints.back().for_token, "token-alice");
  });
}

TEST_F(Authz, S13_AnotherClientsTokenIsNotBelievedButMinted) {
  HANDLE of_bob = nullptr;
  WSMAN_SENDER_DETAILS* bob = nullptr;
  std::promise<void> bob_here;
  script().authz_user = [&](auto* sender) {
    if (of_bob == nullptr) {
      bob = sender;
      of_bob = sender->clientToken;
      bob_here.set_value();
      return;
    }
    complete(sender, nullptr, of_bob);
  };
  const auto waiting = host_.send(user("bob"));
  bob_here.get_future().wait();
  const auto answer = ask_user();
  EXPECT_EQ(answer.token, "minted-1");
  EXPECT_EQ(answer.account, "bob");
  complete(bob, nullptr, of_bob);  // the handle is still bob's own
  EXPECT_EQ(host_.expect<ipc::AuthzCompleted>(waiting).token, "token-bob");
}

TEST_F(Authz, S13_AnAccountThatIsNotAllowedGivesNoToken) {
  script().authz_user = [](auto* sender) {
    HANDLE token = pointer(1);
    EXPECT_EQ(WSManPosixTokenForAccount(WSMAN_TEXT("root"), nullptr, &token), 5U);
    EXPECT_EQ(token, nullptr);
    complete(sender, nullptr, nullptr, 5);
  };
  EXPECT_EQ(ask_user().error_code, 5U);
}

TEST_F(Authz, Decision10_AnInventedTokenIsNeverDereferencedAndRefusesTheRequest) {
  script().authz_user = [](auto* sender) { EXPECT_EQ(complete(sender, pointer(64), pointer(0x1234567)), 0U); };
  const auto answer = ask_user();
  EXPECT_EQ(answer.error_code, 0U);
  EXPECT_EQ(answer.choice, ipc::TokenChoice::invalid);
  EXPECT_TRUE(answer.token.empty());
  EXPECT_NE(answer.context, 0U);
}

}  // namespace
}  // namespace winrmd::host::testing

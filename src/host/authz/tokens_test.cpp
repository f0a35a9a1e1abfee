// B16: every kind of token that a completion can name, many times over; none is left behind.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {
namespace {

constexpr int operations = 10'000;

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// The client's own, none, one of the plug-in's, and one that the plug-in keeps and closes itself, because it refuses.
void complete_in_turn(WSMAN_SENDER_DETAILS* sender, int turn) {
  HANDLE token = nullptr;
  if (turn >= 2) {
    EXPECT_EQ(WSManPosixTokenForAccount(WSMAN_TEXT("bob"), sender->clientToken, &token), 0U);
  }
  if (turn == 0) token = sender->clientToken;
  const DWORD code = turn == 3 ? ERROR_ACCESS_DENIED : ERROR_SUCCESS;
  EXPECT_EQ(WSManPluginAuthzUserComplete(sender, 0, nullptr, token, FALSE, code, nullptr), 0U);
  // After a success the handle is the host's; after a failure it is still ours, and good for one close.
  if (turn == 2) EXPECT_FALSE(CloseHandle(token));
  if (turn == 3) {
    EXPECT_TRUE(CloseHandle(token));
    EXPECT_FALSE(CloseHandle(token));
  }
}

TEST(Tokens, B16_NoneIsLeftBehindAfterTenThousandOperations) {
  script() = {};
  std::atomic<int> calls = 0;
  script().authz_user = [&calls](WSMAN_SENDER_DETAILS* sender) { complete_in_turn(sender, calls++ % 4); };
  RunningHost host(authorization_setup());
  host.supervisor([](Supervisor& it) {
    ipc::TokenDescription who;
    who.login_name = who.account = "alice";
    who.mechanism = "Basic";
    it.tokens.emplace("t", who);
  });
  ipc::AuthzUser message;
  message.token = "t";
  message.http_url = "http://host/wsman";
  host.ask<ipc::AuthzCompleted>(message);
  const auto before = open_descriptors();
  std::set<std::string> handed_over;
  for (int i = 1; i < operations; ++i) {
    const auto answer = host.ask<ipc::AuthzCompleted>(message);
    if (!answer.token.empty() && answer.token != "t") EXPECT_TRUE(handed_over.insert(answer.token).second);
  }
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(host.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);
  // Each that was minted was either handed over once or released once, and none of them both.
  host.supervisor([&](Supervisor& it) {
    std::set<std::string> released(it.released.begin(), it.released.end());
    EXPECT_EQ(released.size(), it.released.size());
    EXPECT_EQ(released.size() + handed_over.size(), it.minted);
    EXPECT_EQ(handed_over.size(), std::size_t{operations / 4});
    for (const auto& token : handed_over) EXPECT_FALSE(released.contains(token));
  });
}

}  // namespace
}  // namespace winrmd::host::testing

#include "net/gate/plugin_usage.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "wsman_codes.h"

namespace winrmd::net {
namespace {

using Kind = PluginSlot::Kind;

Application application_at(std::string path) {
  Application application;
  application.path = std::move(path);
  application.plugins.emplace_back().name = "cmd";
  return application;
}

struct World {
  Application application = application_at("wsman");
  PluginUsages usages;
  ipc::PluginQuotaSetup quotas;

  [[nodiscard]] const std::shared_ptr<PluginUsage>& usage() {
    return usages.of(application, application.plugins.front());
  }
  PluginSlot take(const std::string& owner, Kind kind) { return {usage(), owner, kind}; }
  std::uint32_t shell(const std::string& owner) { return usage()->refuses_shell(quotas, owner); }
  std::uint32_t operation(const std::string& owner) { return usage()->refuses_operation(quotas, owner); }
};

TEST(PluginUsage, WithoutQuotasThereIsAlwaysRoom) {
  World world;
  std::array<PluginSlot, 100> slots;
  for (auto& slot : slots) slot = world.take("alice", Kind::shell);
  EXPECT_EQ(world.shell("alice"), 0U);
  EXPECT_EQ(world.operation("bob"), 0U);
}

TEST(PluginUsage, ShellsOfAUserAndOfAll) {
  World world;
  world.quotas.max_shells_per_user = 1;
  world.quotas.max_shells = 2;
  std::optional alice = world.take("alice", Kind::shell);
  EXPECT_EQ(world.shell("alice"), ERROR_WSMAN_QUOTA_MAX_SHELLS_PPQ);
  EXPECT_EQ(world.shell("bob"), 0U);
  const auto bob = world.take("bob", Kind::shell);
  EXPECT_EQ(world.shell("carol"), ERROR_WSMAN_QUOTA_MAX_PLUGINSHELLS_PPQ);
  alice.reset();
  EXPECT_EQ(world.shell("alice"), 0U);
  EXPECT_EQ(world.shell("carol"), 0U);
}

TEST(PluginUsage, OperationsOfAUserAndOfAll) {
  World world;
  world.quotas.max_operations_per_user = 1;
  world.quotas.max_operations = 2;
  std::optional alice = world.take("alice", Kind::operation);
  EXPECT_EQ(world.operation("alice"), ERROR_WSMAN_QUOTA_MAX_OPERATIONS_USER_PPQ);
  EXPECT_EQ(world.shell("alice"), 0U);  // counted apart
  const auto bob = world.take("bob", Kind::operation);
  EXPECT_EQ(world.operation("carol"), ERROR_WSMAN_QUOTA_MAX_PLUGINOPERATIONS_PPQ);
  alice.reset();
  EXPECT_EQ(world.operation("carol"), 0U);
}

TEST(PluginUsage, AUserCountsAsLongAsAnythingOfTheirsIsInUse) {
  World world;
  world.quotas.max_concurrent_users = 1;
  std::optional operation = world.take("alice", Kind::operation);
  std::optional shell = world.take("alice", Kind::shell);
  EXPECT_EQ(world.operation("alice"), 0U);
  EXPECT_EQ(world.shell("alice"), 0U);
  EXPECT_EQ(world.operation("bob"), ERROR_WSMAN_QUOTA_MAX_USERS_PPQ);
  operation.reset();
  EXPECT_EQ(world.shell("bob"), ERROR_WSMAN_QUOTA_MAX_USERS_PPQ);
  shell.reset();
  EXPECT_EQ(world.operation("bob"), 0U);
}

TEST(PluginUsage, BelongsToANameInAnApplicationWhateverIsConfiguredOtherwise) {
  World world;
  world.quotas.max_shells = 1;
  std::optional slot = world.take("alice", Kind::shell);
  world.usages.sweep();
  auto reloaded = application_at("wsman");
  reloaded.plugins.front().file = "another.so";
  auto elsewhere = application_at("other");
  const auto refusal = [&](const Application& application) {
    return world.usages.of(application, application.plugins.front())->refuses_shell(world.quotas, "bob");
  };
  EXPECT_EQ(refusal(reloaded), ERROR_WSMAN_QUOTA_MAX_PLUGINSHELLS_PPQ);
  EXPECT_EQ(refusal(elsewhere), 0U);
  slot.reset();
  EXPECT_EQ(refusal(reloaded), 0U);
}

TEST(PluginSlot, IsGivenBackOnceHoweverItIsMoved) {
  World world;
  world.quotas.max_shells = 1;
  auto first = world.take("alice", Kind::shell);
  PluginSlot second(std::move(first));
  first = std::move(second);
  EXPECT_NE(world.shell("alice"), 0U);
  first = PluginSlot();
  EXPECT_EQ(world.shell("alice"), 0U);
  EXPECT_TRUE(world.usage()->unused());
}

}  // namespace
}  // namespace winrmd::net

#include "net/operations/idle_timeouts.hpp"

#include <gtest/gtest.h>

#include "wsman_codes.h"

namespace winrmd::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct World {
  Application application;
  Plugin plugin;
  ipc::LimitSetup limits{.shell_idle_timeout_ms = 7'200'000, .max_shell_idle_timeout_ms = 86'400'000};

  [[nodiscard]] IdleTimeouts timeouts() const { return {application, plugin, limits}; }
  [[nodiscard]] Outcome<milliseconds> created(std::optional<milliseconds> wanted) const {
    return timeouts().at_creation(wanted);
  }
};

TEST(IdleTimeouts, OfTheServiceWhereNothingElseIsSaid) {
  const World world;
  EXPECT_EQ(*world.created({}), hours(2));
  EXPECT_EQ(*world.created(minutes(3)), minutes(3));
  EXPECT_EQ(*world.created(milliseconds(1)), seconds(60));
  EXPECT_EQ(*world.created(hours(1000)), hours(24));
}

TEST(IdleTimeouts, OfAnApplicationComeBeforeThoseOfTheService) {
  World world;
  world.application.max_shell_idle_timeout_ms = 1'800'000;
  EXPECT_EQ(*world.created({}), minutes(30));
  EXPECT_EQ(*world.created(hours(1)), minutes(30));
}

TEST(IdleTimeouts, OfAPluginAreTheDefaultOfItsShells) {
  World world;
  world.plugin.quotas.idle_timeout_ms = 180'000;
  EXPECT_EQ(*world.created({}), minutes(3));
  EXPECT_EQ(*world.created(hours(24)), hours(24));
  world.plugin.quotas.idle_timeout_ms = 2'147'483'647;
  EXPECT_EQ(*world.created({}), hours(24));  // not above what the service allows
}

TEST(IdleTimeouts, AskingAPluginForMoreThanItsCeilingIsAFault) {
  World world;
  world.plugin.quotas.max_idle_timeout_ms = 180'000;
  EXPECT_EQ(*world.created({}), minutes(3));
  EXPECT_EQ(*world.created(milliseconds(180'000)), minutes(3));
  for (const milliseconds wanted : {milliseconds(180'001), milliseconds(hours(10'000))}) {
    EXPECT_EQ(world.created(wanted).error().code, ERROR_WINRS_IDLETIMEOUT_OUTOFBOUNDS);
  }
  EXPECT_EQ(*world.created(milliseconds(1)), seconds(60));
  // Within the plug-in's, above the service's: brought down.
  world.plugin.quotas.max_idle_timeout_ms = 2'147'483'647;
  EXPECT_EQ(*world.created(hours(100)), hours(24));
}

TEST(IdleTimeouts, ACeilingBelowTheMinuteIsTheFloor) {
  World world;
  world.plugin.quotas.max_idle_timeout_ms = 5'000;
  EXPECT_EQ(*world.created(milliseconds(1)), seconds(5));
  EXPECT_EQ(*world.created({}), seconds(5));
}

TEST(IdleTimeouts, WhoLeavesIsToldWhatIsOutOfBounds) {
  World world;
  world.plugin.quotas.max_idle_timeout_ms = 180'000;
  EXPECT_EQ(*world.timeouts().at_leaving(minutes(3)), minutes(3));
  for (const milliseconds wanted : {milliseconds(180'001), milliseconds(59'999)}) {
    EXPECT_EQ(world.timeouts().at_leaving(wanted).error().code, ERROR_WINRS_IDLETIMEOUT_OUTOFBOUNDS);
  }
}

}  // namespace
}  // namespace winrmd::net

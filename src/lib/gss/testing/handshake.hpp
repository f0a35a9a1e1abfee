// Carries tokens between the two sides of a log-in, for tests.
#pragma once

#include <gtest/gtest.h>

#include "lib/gss/testing/initiator.hpp"

namespace winrmd::gss::testing {

struct Outcome {
  Progress progress = Progress::failed;
  std::string error;
  int legs = 0;
};

// Until the service's side says complete or failed.
inline Outcome shake_hands(Initiator& client, AcceptContext& service, std::string_view channel_binding = {}) {
  Outcome outcome;
  std::string reply;
  for (;;) {
    const auto token = client.step(reply);
    if (!token) {
      outcome.progress = Progress::failed;
      outcome.error = client.error();
      return outcome;
    }
    const auto step = service.step(*token, channel_binding);
    ++outcome.legs;
    outcome.progress = step.progress;
    outcome.error = step.error;
    reply = step.reply;
    if (step.progress != Progress::more) break;
  }
  // The service's last word, where the client waits for one.
  if (outcome.progress == Progress::complete && !client.complete()) {
    EXPECT_TRUE(client.step(reply)) << client.error();
    EXPECT_TRUE(client.complete());
  }
  return outcome;
}

}  // namespace winrmd::gss::testing

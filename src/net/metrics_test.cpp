#include "net/metrics.hpp"

#include <gtest/gtest.h>

namespace winrmd::net {
namespace {

Origin from(const std::string& peer, bool served = true) {
  ipc::ListenerSetup listener;
  listener.metrics = served;
  return {.peer = peer, .listener = std::make_shared<const ipc::ListenerSetup>(listener), .channel_binding = {}};
}

http::Request request(const std::string& method, const std::string& target) {
  http::Request made;
  made.method = method;
  made.target = target;
  return made;
}

TEST(Metrics, ArePutOutToThisHostOnTheirPathWhereTheListenerServesThem) {
  const auto get = request("GET", "/metrics");
  EXPECT_TRUE(Metrics::asks(get, from("127.0.0.1")));
  EXPECT_TRUE(Metrics::asks(get, from("::1")));
  EXPECT_FALSE(Metrics::asks(get, from("127.0.0.1", false)));
  for (const auto* peer : {"10.0.0.1", "::", "::ffff:10.0.0.1", "fe80::1", "128.0.0.1", "1.127.0.0", ""}) {
    EXPECT_FALSE(Metrics::asks(get, from(peer))) << peer;
  }
  EXPECT_FALSE(Metrics::asks(request("POST", "/metrics"), from("::1")));
  for (const auto* target : {"/metrics/", "/metrics?x", "/Metrics", "/wsman", "/", "//metrics", ""}) {
    EXPECT_FALSE(Metrics::asks(request("GET", target), from("::1"))) << target;
  }
}

}  // namespace
}  // namespace winrmd::net

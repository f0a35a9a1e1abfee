// The parts that need no service: decisions, the cache, the parameters. tests/e2e runs the plug-in against a service.
#include <gtest/gtest.h>

#include "cache.hpp"
#include "policy.hpp"
#include "settings.hpp"

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Decision parsed(std::string_view answer) {
  std::string error;
  const auto decision = parse_decision(answer, error);
  EXPECT_TRUE(decision.has_value()) << error;
  return decision.value_or(Decision());
}

TEST(Decisions, are_read) {
  EXPECT_TRUE(parsed(R"({"result": true})").allow);
  EXPECT_FALSE(parsed(R"({"result": false})").allow);
  const auto full =
      parsed(R"({"result": {"allow": true, "administrator": true, "account": "deploy", "reason": "r", "more": 1}})");
  EXPECT_TRUE(full.allow);
  EXPECT_TRUE(full.administrator);
  EXPECT_EQ(full.account, "deploy");
  EXPECT_EQ(full.reason, "r");
}

TEST(Decisions, are_made_of_nothing_that_is_not_understood) {
  for (const std::string& answer :
       {std::string(), std::string("true"), std::string("{}"), std::string(R"({"result": "true"})"),
        std::string(R"({"result": {}})"), std::string(R"({"result": {"allow": "true"}})"),
        std::string(R"({"result": {"allow": 1}})"),
        std::string(R"({"result": {"allow": true, "administrator": "no"}})"),
        std::string(R"({"result": {"allow": true, "account": 7}})"), std::string(R"({"result": true} x)"),
        std::string("{\"result\": {\"allow\": true, \"reason\": \"\x80\"}}"), std::string(max_answer_size, '['),
        R"({"result": true})" + std::string(max_answer_size, ' ')}) {
    std::string error;
    EXPECT_EQ(parse_decision(answer, error), std::nullopt) << answer.substr(0, 60);
    EXPECT_NE(error, "");
  }
}

TEST(Questions, have_different_keys_when_they_differ) {
  const PolicyQuestion one{{{"a", "x"}, {"b", "yz"}}};
  const PolicyQuestion other{{{"a", "xy"}, {"b", "z"}}};
  EXPECT_NE(one.key(), other.key());
  EXPECT_EQ(one.document(), R"({"input":{"a":"x","b":"yz"}})");
}

TEST(ACache, forgets_after_its_time) {
  Cache cache(seconds(10), 4);
  const Cache::Clock::time_point start;
  cache.add("a", {true, false, "", ""}, start);
  EXPECT_TRUE(cache.find("a", start + seconds(10) - milliseconds(1)).has_value());
  EXPECT_FALSE(cache.find("a", start + seconds(10)).has_value());
  EXPECT_FALSE(cache.find("b", start).has_value());
}

TEST(ACache, keeps_the_most_recently_used) {
  Cache cache(seconds(10), 2);
  const Cache::Clock::time_point now;
  cache.add("a", {}, now);
  cache.add("b", {}, now);
  EXPECT_TRUE(cache.find("a", now).has_value());
  cache.add("c", {}, now);
  EXPECT_FALSE(cache.find("b", now).has_value());
  EXPECT_TRUE(cache.find("a", now).has_value());
  EXPECT_TRUE(cache.find("c", now).has_value());
  cache.add("a", {true, false, "", ""}, now);
  EXPECT_TRUE(cache.find("a", now)->allow) << "the newer decision counts";
  EXPECT_TRUE(cache.find("c", now).has_value());
}

TEST(ACache, without_a_lifetime_keeps_nothing) {
  Cache cache(seconds(0), 2);
  cache.add("a", {}, {});
  EXPECT_FALSE(cache.find("a", {}).has_value());
}

DWORD code_of(const std::string& parameters) {
  const auto xml = wsman::to_wide(parameters).value_or(wsman::String());
  try {
    Settings::from(wsman::Startup(0, u"wsman", xml.c_str()));
    return NO_ERROR;
  } catch (const wsman::Error& error) {
    return error.code();
  }
}

std::string parameter(const std::string& name, const std::string& value) {
  return "<Param Name=\"" + name + "\" Value=\"" + value + "\"/>";
}

TEST(Parameters, want_a_url_that_nobody_can_answer_for) {
  for (const char* url :
       {"https://policy.example.org/x", "http://127.0.0.1:8181/x", "http://[::1]/", "http://localhost"}) {
    EXPECT_EQ(code_of(parameter("url", url)), NO_ERROR) << url;
  }
  for (const char* url :
       {"", "http://policy.example.org/", "http://127.0.0.1.example.org/", "http://localhost.example.org",
        "ftp://127.0.0.1/", "https://localhost@example.org/", "http://localhost:1@example.org/"}) {
    EXPECT_EQ(code_of(parameter("url", url)), ERROR_INVALID_PARAMETER) << url;
  }
}

TEST(Parameters, have_limits) {
  const std::string url = parameter("url", "https://x/");
  EXPECT_EQ(code_of(url + parameter("timeout_ms", "50") + parameter("cache_seconds", "3600")), NO_ERROR);
  EXPECT_EQ(code_of(url + parameter("timeout_ms", "49")), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(code_of(url + parameter("timeout_ms", "4001")), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(code_of(url + parameter("cache_seconds", "3601")), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(code_of(url + parameter("cache_seconds", "99999999999999999999")), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(code_of(url + parameter("threads", "0")), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(code_of(url + parameter("threads", "4x")), ERROR_INVALID_PARAMETER);
}

}  // namespace

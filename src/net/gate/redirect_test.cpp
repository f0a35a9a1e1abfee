#include "net/gate/redirect.hpp"

#include <gtest/gtest.h>

#include "wsman_codes.h"

namespace winrmd::net {
namespace {

std::uint32_t refused_with(std::string_view location) {
  const auto outcome = make_redirect(location);
  const auto* fault = std::get_if<soap::Fault>(&outcome);
  return fault == nullptr ? 0 : fault->code;
}

TEST(Redirect, HttpAndHttpsUrlsAreTakenAsTheyAre) {
  for (const std::string_view location :
       {"http://redirected.com/wsman", "https://node2.example.test:5986/wsman", "HTTPS://[2001:db8::1]:5986/wsman"}) {
    const auto outcome = make_redirect(location);
    const auto* redirect = std::get_if<Redirect>(&outcome);
    ASSERT_NE(redirect, nullptr) << location;
    EXPECT_EQ(redirect->location, location);
  }
}

TEST(Redirect, AnythingElseIsAFault) {
  for (const std::string_view location :
       {"", "wsman", "ftp://a/b", "http://", "http:///x", "http://:5985/x", "javascript:alert(1)", "http://a\r\nX: y",
        "http://a b/", "http://a/\"x", "http://\xC3\xA4/"}) {
    EXPECT_EQ(refused_with(location), ERROR_REDIRECT_LOCATION_INVALID) << location;
  }
}

TEST(Redirect, LengthLimit) {
  const std::string base = "http://a.test/";
  const auto of_length = [&](std::size_t size) { return base + std::string(size - base.size(), 'x'); };
  EXPECT_EQ(refused_with(of_length(max_redirect_location)), 0U);
  EXPECT_EQ(refused_with(of_length(max_redirect_location + 1)), ERROR_REDIRECT_LOCATION_TOO_LONG);
  EXPECT_EQ(refused_with(of_length(1U << 20)), ERROR_REDIRECT_LOCATION_TOO_LONG);
}

}  // namespace
}  // namespace winrmd::net

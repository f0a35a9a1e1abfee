#include "net/login/sealing.hpp"

#include <gtest/gtest.h>

#include "net/testing/test_protection.hpp"

namespace winrmd::net {
namespace {

using testing::sealed_request;
using testing::TestProtection;

constexpr std::size_t limit = 1000;
const std::string soap = "application/soap+xml;charset=UTF-8";

TEST(Sealing, ARequestIsOpenedInPlaceAndTheReplyTakesItsForm) {
  for (const auto protocol : {seal::Protocol::spnego, seal::Protocol::kerberos}) {
    for (const bool tabs : {true, false}) {
      TestProtection client;
      TestProtection server;
      auto request = sealed_request(client, "<a/>", {.protocol = protocol, .tabs = tabs}, "t;charset=UTF-16");
      EXPECT_TRUE(is_sealed(request));
      const auto form = open_request(request, &server, limit);
      ASSERT_TRUE(form) << form.error().reason;
      EXPECT_EQ(request.body, "<a/>");
      EXPECT_EQ(*request.header("Content-Type"), "t;charset=UTF-16");
      EXPECT_FALSE(is_sealed(request));

      http::Response response{.status = 500, .headers = {{"Content-Type", soap}}, .body = "<b/>", .close = false};
      ASSERT_TRUE(seal_response(response, server, *form));
      const auto type = seal::parse_media_type(response.headers[0].second);
      ASSERT_TRUE(type);
      EXPECT_EQ(type->protocol, protocol);
      const auto message = seal::parse(*type, response.body);
      ASSERT_TRUE(message) << message.error().message;
      EXPECT_EQ(message->tabs, tabs);
      EXPECT_EQ(message->type, soap);
      EXPECT_EQ(client.open(message->parts[0]).value(), "<b/>");
    }
  }
}

TEST(Sealing, AResponseWithoutABodyStaysAsItIs) {
  TestProtection server;
  http::Response response{.status = 404, .headers = {}, .body = {}, .close = false};
  ASSERT_TRUE(seal_response(response, server, {}));
  EXPECT_TRUE(response.headers.empty() && response.body.empty());
  EXPECT_EQ(server.sealed, 0);
}

TEST(Sealing, ManyPartsAreOneEnvelope) {
  TestProtection client(2);
  TestProtection server(2);
  auto request = sealed_request(client, "<abc/>", {}, soap);
  EXPECT_TRUE(request.header("Content-Type")->starts_with("multipart/x-multi-encrypted;"));
  ASSERT_TRUE(open_request(request, &server, limit));
  EXPECT_EQ(request.body, "<abc/>");
}

TEST(Sealing, TheLimitIsOnThePlainTextAndNothingIsOpenedAboveIt) {
  TestProtection client(100);
  TestProtection server(100);
  auto request = sealed_request(client, std::string(limit, 'x'), {}, soap);
  EXPECT_GT(request.body.size(), limit);
  EXPECT_TRUE(open_request(request, &server, limit));
  const int before = server.opened;
  request = sealed_request(client, std::string(limit + 1, 'x'), {}, soap);
  const auto form = open_request(request, &server, limit);
  ASSERT_FALSE(form);
  EXPECT_EQ(form.error().status, 413);
  EXPECT_EQ(server.opened, before);
}

TEST(Sealing, WhatCannotBeOpenedIs400) {
  TestProtection client;
  const auto status = [](http::Request request, seal::Protection* protection) {
    const auto form = open_request(request, protection, limit);
    return form ? 0 : form.error().status;
  };
  TestProtection server;
  auto request = sealed_request(client, "<a/>", {}, soap);
  EXPECT_EQ(status(request, nullptr), 400) << "no keys";

  auto other = sealed_request(client, "<a/>", {.protocol = seal::Protocol::credssp}, soap);
  EXPECT_EQ(status(other, &server), 400) << "another family";

  auto damaged = request;
  damaged.body.resize(damaged.body.size() - 5);
  EXPECT_EQ(status(damaged, &server), 400) << "no end";

  auto untyped = request;
  untyped.headers[0].second = "multipart/encrypted";
  EXPECT_EQ(status(untyped, &server), 400) << "no parameters";

  auto changed = request;
  changed.body[changed.body.rfind("--Encrypted") - 1] ^= 1;
  EXPECT_EQ(status(changed, &server), 400) << "a flipped bit";

  TestProtection fresh;
  EXPECT_EQ(status(request, &fresh), 0);
  EXPECT_EQ(status(request, &fresh), 400) << "repeated";
}

}  // namespace
}  // namespace winrmd::net

// An application without an authorization plug-in: the gate asks the security descriptors.
#include "net/testing/gate_world.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net::testing {
namespace {

Application application_with(std::string root) {
  auto application = application_with_plugin();
  application.authorization_name.clear();
  application.root_sddl = std::move(root);
  ipc::ResourceSetup stock{.uri = "http://x/stock", .capabilities = {{.type = ipc::Capability::get}}};
  stock.security = {{.uri = "http://x/stock/wines", .sddl = "D:(A;;GA;;;S-1-22-2-27)"}};
  application.plugins.push_back({.name = "stock", .file = "/stock.so", .resources = {std::move(stock)}});
  application.plugins.push_back({.name = "cmd", .file = "/cmd.so", .resources = {{.uri = "http://x/cmd"}}});
  return application;
}

struct World : GateWorld {
  using GateWorld::GateWorld;
  int log_ins = 0;
  LoginRef of_group(std::uint32_t gid) {
    return std::make_shared<const Login>(Login{.name = "carol",
                                               .mechanism = "Basic",
                                               .token = tokens.adopt("token " + std::to_string(++log_ins), "carol"),
                                               .uid = 1003,
                                               .gid = gid,
                                               .groups = {gid, 1003}});
  }
  std::uint32_t admission_of(const LoginRef& login) {
    const auto request = this->request(login);
    return code_of(admit(*request).get());
  }
  // What the user gets for that operation: 0, or the code of the fault. `words` is what the client reads.
  std::uint32_t outcome(const LoginRef& login, std::uint32_t operation, std::string uri, std::string* words = nullptr) {
    const auto request = this->request(login);
    const auto user = admit(*request).get().value_or(nullptr);
    if (!user) return 1;
    request->exchange.soap.resource_uri = std::move(uri);
    Task<Outcome<Permit>> call(loop, gate.authorize(request->exchange, user, operation));
    if (call.get()) return 0;
    if (words != nullptr) *words = soap::serialize_fault(call.get().error(), "uuid:1", "host", "2");
    return call.get().error().code;
  }
};

TEST(GateDescriptors, WhoMayDoNothingIsDeniedAndThatIsWrittenDown) {
  World world(application_with("D:(A;;GA;;;S-1-22-2-27)"));
  EXPECT_EQ(world.admission_of(world.of_group(28)), ERROR_ACCESS_DENIED);
  EXPECT_EQ(world.admission_of(world.of_group(27)), 0U);
  const auto text = world.audited();
  EXPECT_NE(text.find(R"("verdict":"denied","code":5,"plugin":"built-in")"), std::string::npos) << text;
}

TEST(GateDescriptors, AnOperationNeedsItsRight) {
  World world(application_with("D:(A;;GR;;;AU)(A;;GX;;;S-1-22-2-27)"));
  const auto member = world.of_group(27);
  EXPECT_EQ(world.outcome(member, WSManOperationGet, "http://x/stock"), 0U);
  EXPECT_EQ(world.outcome(member, WSManOperationPut, "http://x/stock"), ERROR_ACCESS_DENIED);
  EXPECT_EQ(world.outcome(member, WSManOperationInvoke, "http://x/stock"), 0U);
  EXPECT_EQ(world.outcome(member, WSManOperationShell, "http://x/cmd"), 0U);
  EXPECT_EQ(world.outcome(member, WSManOperationDelete, "http://x/cmd"), 0U);
}

TEST(GateDescriptors, ReadingIsNotEnoughForShells) {
  World world(application_with("D:(A;;GRGW;;;AU)"));
  for (const auto operation :
       {WSManOperationShell, WSManOperationCommand, WSManOperationGet, WSManOperationDelete, WSManOperationEnumerate}) {
    EXPECT_EQ(world.outcome(world.of_group(27), operation, "http://x/cmd"), ERROR_ACCESS_DENIED) << operation;
  }
}

TEST(GateDescriptors, RootAndResourceMustBothGrant) {
  World world(application_with("D:(A;;GR;;;AU)"));
  EXPECT_EQ(world.outcome(world.of_group(27), WSManOperationGet, "http://x/stock/wines/red"), 0U);
  EXPECT_EQ(world.outcome(world.of_group(27), WSManOperationPut, "http://x/stock/wines/red"), ERROR_ACCESS_DENIED);
  World other(application_with("D:(A;;GR;;;AU)"));
  EXPECT_EQ(other.outcome(other.of_group(28), WSManOperationGet, "http://x/stock/wines/red"), ERROR_ACCESS_DENIED);
  EXPECT_EQ(other.outcome(other.of_group(28), WSManOperationGet, "http://x/stock"), 0U);
}

TEST(GateDescriptors, WhateverDeniesTheWordsAreTheSame) {
  World world(application_with("D:(A;;GR;;;AU)"));
  std::string by_root, by_resource;
  world.outcome(world.of_group(28), WSManOperationPut, "http://x/stock", &by_root);
  world.outcome(world.of_group(28), WSManOperationGet, "http://x/stock/wines", &by_resource);
  EXPECT_FALSE(by_root.empty());
  EXPECT_EQ(by_root, by_resource);
}

TEST(GateDescriptors, AdministratorsByNameAndByGroupAreBa) {
  auto application = application_with("D:(A;;GA;;;BA)");
  application.administrators = {"alice"};
  application.administrator_gids = {27};
  World world(application);
  EXPECT_EQ(world.outcome(world.alice, WSManOperationPut, "http://x/stock"), 0U);
  EXPECT_EQ(world.outcome(world.of_group(27), WSManOperationPut, "http://x/stock"), 0U);
  EXPECT_EQ(world.admission_of(world.log_in("bob")), ERROR_ACCESS_DENIED);
}

TEST(GateDescriptors, MembershipOfAGroupMakesAnAdministrator) {
  auto application = application_with("");
  application.administrator_gids = {27};
  World world(application);
  const auto request = world.request(world.of_group(27));
  EXPECT_TRUE(world.admit(*request).get().value()->administrator);
  const auto other = world.request(world.log_in("bob"));
  EXPECT_FALSE(world.admit(*other).get().value()->administrator);
}

TEST(GateDescriptors, TheLogInOfTheRequestDecidesNotTheOneThatMadeTheRecord) {
  World world(application_with("D:(A;;GR;;;AU)"));
  EXPECT_EQ(world.outcome(world.of_group(27), WSManOperationGet, "http://x/stock/wines"), 0U);
  EXPECT_EQ(world.outcome(world.of_group(28), WSManOperationGet, "http://x/stock/wines"), ERROR_ACCESS_DENIED);
}

TEST(GateDescriptors, AReloadBringsOtherDescriptors) {
  World world(application_with("D:(A;;GA;;;AU)"));
  EXPECT_EQ(world.admission_of(world.alice), 0U);
  world.catalogue.replace({application_with("D:(A;;GA;;;BA)")});
  world.gate.reload(world.catalogue, World::quota);
  EXPECT_EQ(world.admission_of(world.alice), ERROR_ACCESS_DENIED);
}

TEST(GateDescriptors, WithAPlugInTheyAreNotAsked) {
  auto application = application_with("D:");
  application.authorization_name = "roles";
  World world(application);
  EXPECT_TRUE(world.admitted(world.alice, 1));
}

}  // namespace
}  // namespace winrmd::net::testing

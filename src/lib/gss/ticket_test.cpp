#include "lib/gss/ticket.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "lib/gss/testing/handshake.hpp"
#include "lib/gss/testing/realm.hpp"

namespace winrmd::gss {
namespace {

using testing::Client;
using testing::Initiator;
using testing::Realm;
using testing::Way;

TEST(TicketWithPassword, IsOfThatUserAndGoodForLoggingInElsewhere) {
  Realm realm;
  realm.add_user("alice");
  const auto ticket = ticket_with_password("alice@WINRMD.TEST", Realm::password);
  ASSERT_TRUE(ticket) << ticket.error().message;
  EXPECT_EQ(ticket->find(Realm::password), std::string::npos);
  const auto cache = realm.folder() + "/stored";
  std::ofstream(cache, std::ios::binary) << *ticket;
  ::setenv("KRB5CCNAME", ("FILE:" + cache).c_str(), 1);
  Initiator client(Client{.way = Way::kerberos});
  AcceptContext service({.keytab = realm.keytab(), .ntlm_file = {}});
  const auto outcome = shake_hands(client, service);
  ASSERT_EQ(outcome.progress, Progress::complete) << outcome.error;
  EXPECT_EQ(service.peer()->user, "alice");
}

TEST(TicketWithPassword, IsRefusedForAWrongPasswordAnUnknownUserOrAnotherRealm) {
  Realm realm;
  realm.add_user("alice");
  EXPECT_FALSE(ticket_with_password("alice@WINRMD.TEST", "wrong"));
  EXPECT_FALSE(ticket_with_password("alice@WINRMD.TEST", ""));
  EXPECT_FALSE(ticket_with_password("nobody@WINRMD.TEST", Realm::password));
  EXPECT_FALSE(ticket_with_password("alice@ELSEWHERE.TEST", Realm::password));
  for (const auto* bad : {"alice", "", "@", "a@b@c"}) EXPECT_FALSE(ticket_with_password(bad, Realm::password)) << bad;
}

}  // namespace
}  // namespace winrmd::gss

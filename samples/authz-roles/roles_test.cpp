// The format of the roles file.
#include "roles.hpp"

#include <gtest/gtest.h>

namespace {

Roles parsed(std::string_view file) {
  std::string error;
  auto roles = Roles::parse(file, error);
  EXPECT_TRUE(roles.has_value()) << error;
  return roles.value_or(Roles());
}

std::string error_of(std::string_view file) {
  std::string error;
  EXPECT_FALSE(Roles::parse(file, error).has_value()) << file;
  return error;
}

TEST(Roles, has_a_rule_for_each_user_and_refuses_the_rest) {
  const Roles roles = parsed(
      "# comment\n\n  alice\tallow\r\n"
      "carol allow as deploy administrator\n"
      "bob deny  <a>b</a> c \n"
      "dave redirect https://other/wsman\n");
  EXPECT_EQ(roles.find("alice").verdict, Rule::Verdict::allow);
  EXPECT_EQ(roles.find("alice").account, "");
  EXPECT_FALSE(roles.find("alice").administrator);
  EXPECT_TRUE(roles.find("carol").administrator);
  EXPECT_EQ(roles.find("carol").account, "deploy");
  EXPECT_EQ(roles.find("bob").verdict, Rule::Verdict::deny);
  EXPECT_EQ(roles.find("bob").text, "<a>b</a> c");
  EXPECT_EQ(roles.find("dave").verdict, Rule::Verdict::redirect);
  EXPECT_EQ(roles.find("dave").text, "https://other/wsman");
  for (const char* other : {"mallory", "Alice", "ALICE", "alic", "*", "", "# comment"}) {
    EXPECT_EQ(roles.find(other).verdict, Rule::Verdict::deny) << other;
  }
}

TEST(Roles, has_a_last_rule_for_everybody_else) {
  const Roles roles = parsed("bob deny\n* allow\n");
  EXPECT_EQ(roles.find("bob").verdict, Rule::Verdict::deny);
  EXPECT_EQ(roles.find("anybody").verdict, Rule::Verdict::allow);
}

TEST(Roles, of_an_empty_file_refuse_everybody) {
  EXPECT_EQ(parsed("").find("alice").verdict, Rule::Verdict::deny);
  EXPECT_EQ(parsed("# nothing\n").find("alice").verdict, Rule::Verdict::deny);
}

TEST(Roles, name_the_line_and_the_mistake) {
  EXPECT_EQ(error_of("alice allow"), "line 1: no line feed at the end");
  EXPECT_EQ(error_of("\n\nalice\n"), "line 3: expected 'allow', 'deny' or 'redirect' after the user");
  EXPECT_EQ(error_of("alice permit\n"), "line 1: expected 'allow', 'deny' or 'redirect' after the user");
  EXPECT_EQ(error_of("alice allow administrater\n"), "line 1: unexpected 'administrater' after 'allow'");
  EXPECT_EQ(error_of("alice allow as\n"), "line 1: 'as' without an account");
  EXPECT_EQ(error_of("alice allow as a as b\n"), "line 1: unexpected 'as' after 'allow'");
  EXPECT_EQ(error_of("alice allow administrator administrator\n"), "line 1: unexpected 'administrator' after 'allow'");
  EXPECT_EQ(error_of("alice redirect\n"), "line 1: no http or https URL");
  EXPECT_EQ(error_of("alice redirect ftp://x\n"), "line 1: no http or https URL");
  EXPECT_EQ(error_of("alice redirect http://x y\n"), "line 1: something after the URL");
  EXPECT_EQ(error_of("alice allow\nalice deny\n"), "line 2: a second rule for 'alice'");
  EXPECT_EQ(error_of("* deny\nalice allow\n"), "line 2: a rule after '*'");
  EXPECT_EQ(error_of("* deny\n* allow\n"), "line 2: a rule after '*'");
  EXPECT_EQ(error_of(std::string_view("al\0ice allow\n", 13)), "line 1: a zero byte");
}

TEST(Roles, accept_urls_up_to_their_limit) {
  const std::string start = "https://h/";
  const std::string longest = start + std::string(Roles::max_url_size - start.size(), 'x');
  EXPECT_EQ(parsed("a redirect " + longest + "\n").find("a").text, longest);
  EXPECT_EQ(error_of("a redirect " + longest + "x\n"), "line 1: URL too long");
}

}  // namespace

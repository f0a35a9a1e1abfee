#include "lib/users/ntlm_file.hpp"

#include <gtest/gtest.h>

#include "lib/users/nt_hash.hpp"
#include "lib/users/password.hpp"

namespace winrmd::users {
namespace {

const std::string hash = "0123456789ABCDEF0123456789ABCDEF";
const std::string line = "alice:0:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:" + hash + ":[U          ]:LCT-65000000:\n";

TEST(NtHash, IsMd4OfUtf16) {
  EXPECT_EQ(nt_hash("Corr3ct-Horse").value(), "451D7772ACB84E4A90B15A8614662AEE");
  EXPECT_EQ(nt_hash("password").value(), "8846F7EAEE8FB117AD06BDD830B7586C");
  EXPECT_NE(nt_hash("pässword\xf0\x9f\x98\x80").value(), nt_hash("pässword").value());
}

TEST(NtHash, RefusesWhatIsNoPassword) {
  EXPECT_FALSE(nt_hash(""));
  EXPECT_FALSE(nt_hash("\xff"));
  EXPECT_FALSE(nt_hash(std::string("a\0b", 3)));
  EXPECT_TRUE(nt_hash(std::string(max_password_size, 'a')));
  EXPECT_FALSE(nt_hash(std::string(max_password_size + 1, 'a')));
}

TEST(NtlmFile, KeepsCommentsAndOtherFields) {
  const std::string text = "# hashes\n" + line + "\n";
  auto file = NtlmFile::parse(text, "f");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->text(), text);
}

TEST(NtlmFile, FindsANameInAnyCase) {
  const auto file = NtlmFile::parse(line, "f").value();
  ASSERT_NE(file.find("ALICE"), nullptr);
  EXPECT_EQ(file.find("ALICE")->name, "alice");
  EXPECT_EQ(file.find("bob"), nullptr);
  EXPECT_EQ(file.find(""), nullptr);
}

TEST(NtlmFile, SetReplacesAndRemoveTakesAway) {
  auto file = NtlmFile::parse("# comment\n\n" + line, "f").value();
  file.set({.name = "Alice", .hash = std::string(32, 'A')});
  file.set({.name = "bob", .hash = std::string(32, 'B')});
  const auto again = NtlmFile::parse(file.text(), "f");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->find("alice")->hash, std::string(32, 'A'));
  EXPECT_EQ(again->find("bob")->hash, std::string(32, 'B'));
  EXPECT_TRUE(file.remove("ALICE"));
  EXPECT_FALSE(file.remove("alice"));
  EXPECT_FALSE(file.remove(""));
  EXPECT_TRUE(file.text().starts_with("# comment\n\nbob:"));
}

TEST(NtlmFile, ABadLineMakesTheWholeFileAnError) {
  struct Row {
    std::string text;
    std::string error;
  };
  const std::vector<Row> rows{
      {"alice", "f:1: a line is `name:uid:LM-hash:NT-hash:flags:changed:`"},
      {"DOMAIN:alice:secret", "f:1: a line is `name:uid:LM-hash:NT-hash:flags:changed:`"},
      {"alice:0:X:" + hash, "f:1: a line is `name:uid:LM-hash:NT-hash:flags:changed:`"},
      {line + "bob:0:X:" + hash + "0:", "f:2: the NT hash of user 'bob' is not 32 hexadecimal digits"},
      {"bob:0:X:" + hash.substr(1) + ":", "f:1: the NT hash of user 'bob' is not 32 hexadecimal digits"},
      {"bob:0:X:" + hash.substr(1) + "G:", "f:1: the NT hash of user 'bob' is not 32 hexadecimal digits"},
      {":0:X:" + hash + ":", "f:1: a user name must not be empty"},
      {line + line, "f:2: user 'alice' is there twice"},
      {line + "ALICE:0:X:" + hash + ":", "f:2: user 'ALICE' is there twice"},
      {"DOM\\alice:0:X:" + hash + ":", "f:1: a user name for NTLM is ASCII, without space, \\, @ and /"},
      {"alice@x:0:X:" + hash + ":", "f:1: a user name for NTLM is ASCII, without space, \\, @ and /"},
      {"\u212Aarl:0:X:" + hash + ":", "f:1: a user name for NTLM is ASCII, without space, \\, @ and /"},
      {"a:0:X:" + hash + ":" + std::string(1000, 'x'), "f:1: a line is too long"},
  };
  for (const auto& row : rows) {
    const auto file = NtlmFile::parse(row.text, "f");
    ASSERT_FALSE(file) << row.text;
    EXPECT_EQ(file.error().message, row.error) << row.text;
  }
}

}  // namespace
}  // namespace winrmd::users

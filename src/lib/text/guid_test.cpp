#include "lib/text/guid.hpp"

#include <gtest/gtest.h>

#include <set>

namespace winrmd::text {
namespace {

TEST(Guid, NewOnesAreRandomVersion4InUpperCaseAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto guid = new_guid();
    ASSERT_TRUE(is_guid(guid)) << guid;
    EXPECT_EQ(guid.find_first_of("abcdef"), std::string::npos) << guid;
    EXPECT_EQ(guid[14], '4');
    EXPECT_NE(std::string_view("89AB").find(guid[19]), std::string_view::npos) << guid;
    EXPECT_TRUE(seen.insert(guid).second);
  }
}

TEST(Guid, IsRecognisedInEitherCaseAndNothingElseIs) {
  EXPECT_TRUE(is_guid("2D6534D0-6B12-40E3-B773-CBA26459CFA8"));
  EXPECT_TRUE(is_guid("2d6534d0-6b12-40e3-b773-cba26459cfa8"));
  EXPECT_FALSE(is_guid(""));
  EXPECT_FALSE(is_guid("uuid:2D6534D0-6B12-40E3-B773-CBA26459CFA8"));
  EXPECT_FALSE(is_guid("{2D6534D0-6B12-40E3-B773-CBA26459CFA8}"));
  EXPECT_FALSE(is_guid("2D6534D0-6B12-40E3-B773-CBA26459CFA"));
  EXPECT_FALSE(is_guid("2D6534D0-6B12-40E3-B773-CBA26459CFA80"));
  EXPECT_FALSE(is_guid("2D6534D006B12-40E3-B773-CBA26459CFA8"));
  EXPECT_FALSE(is_guid("2D6534D0-6B12-40E3-B773-CBA26459CFG8"));
}

TEST(RandomBytes, HaveTheLengthAskedForAndDiffer) {
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(1000).size(), 1000U);
  EXPECT_NE(random_bytes(16), random_bytes(16));
  EXPECT_NE(random_bytes(4096).substr(4080), std::string(16, '\0'));
}

}  // namespace
}  // namespace winrmd::text

#include "lib/sddl/access.hpp"

#include <gtest/gtest.h>

#include <set>

#include "lib/sddl/sddl.hpp"

namespace winrmd::sddl {
namespace {

using right::generic_all;
using right::generic_execute;
using right::generic_read;
using right::generic_write;

// A user called S-1-22-1-1000, of group 100.
bool allowed(std::string_view text, std::uint32_t desired, std::set<Sid> sids = {unix_user(1000), unix_group(100)}) {
  return grants(parse(text).value(), [&](const Sid& sid) { return sids.contains(sid); }, desired);
}

TEST(Access, IsGrantedByUserAndByGroup) {
  EXPECT_TRUE(allowed("D:(A;;GR;;;S-1-22-1-1000)", generic_read));
  EXPECT_TRUE(allowed("D:(A;;GR;;;S-1-22-2-100)", generic_read));
  EXPECT_FALSE(allowed("D:(A;;GR;;;S-1-22-1-1001)", generic_read));
  EXPECT_FALSE(allowed("D:(A;;GR;;;S-1-22-1-100)", generic_read));  // the group's number, but a user
}

TEST(Access, EveryRightThatIsAskedForMustBeGranted) {
  EXPECT_FALSE(allowed("D:(A;;GR;;;S-1-22-1-1000)", generic_write));
  EXPECT_FALSE(allowed("D:(A;;GR;;;S-1-22-1-1000)", generic_read | generic_write));
  EXPECT_TRUE(allowed("D:(A;;GR;;;S-1-22-1-1000)(A;;GW;;;S-1-22-2-100)", generic_read | generic_write));
}

TEST(Access, GaIsTheThreeOthers) {
  EXPECT_TRUE(allowed("D:(A;;GA;;;S-1-22-1-1000)", generic_read | generic_write | generic_execute));
  EXPECT_TRUE(allowed("D:(A;;GRGWGX;;;S-1-22-1-1000)", generic_all));
  EXPECT_FALSE(allowed("D:(A;;GRGW;;;S-1-22-1-1000)", generic_all));
}

TEST(Access, TheFirstEntryAboutARightDecides) {
  EXPECT_FALSE(allowed("D:(D;;GR;;;S-1-22-2-100)(A;;GA;;;S-1-22-1-1000)", generic_read));
  EXPECT_TRUE(allowed("D:(D;;GR;;;S-1-22-2-100)(A;;GA;;;S-1-22-1-1000)", generic_write));
  EXPECT_TRUE(allowed("D:(A;;GA;;;S-1-22-1-1000)(D;;GR;;;S-1-22-2-100)", generic_read));
  EXPECT_FALSE(allowed("D:(A;;GR;;;S-1-22-1-1000)(D;;GA;;;S-1-22-2-100)(A;;GW;;;S-1-22-1-1000)", generic_write));
}

TEST(Access, AnEntryAboutSomebodyElseDoesNotCount) {
  EXPECT_TRUE(allowed("D:(D;;GA;;;S-1-22-2-200)(A;;GA;;;S-1-22-1-1000)", generic_all));
}

TEST(Access, InheritOnlyEntriesDoNotCount) {
  EXPECT_FALSE(allowed("D:(A;OICIIO;GA;;;S-1-22-1-1000)", generic_read));
  EXPECT_TRUE(allowed("D:(D;IO;GA;;;S-1-22-1-1000)(A;CIID;GA;;;S-1-22-1-1000)", generic_read));
}

TEST(Access, ListsWithoutEntries) {
  EXPECT_FALSE(allowed("D:", generic_read));
  EXPECT_FALSE(allowed("D:P", generic_read));
  EXPECT_FALSE(allowed("O:S-1-22-1-1000", generic_read));
  EXPECT_TRUE(allowed("D:NO_ACCESS_CONTROL", generic_all, {}));
}

TEST(Access, OwnerRightsAreOfWhoeverHoldsTheOwnersSid) {
  EXPECT_TRUE(allowed("O:S-1-22-2-100D:(A;;GR;;;OW)", generic_read));
  EXPECT_FALSE(allowed("O:S-1-22-2-100D:(D;;GR;;;OW)(A;;GA;;;S-1-22-1-1000)", generic_read));
  EXPECT_FALSE(allowed("O:S-1-22-2-101D:(A;;GR;;;OW)", generic_read));
  EXPECT_FALSE(allowed("D:(A;;GR;;;OW)", generic_read));
  EXPECT_FALSE(allowed("D:(A;;GR;;;OW)", generic_read, {known::owner_rights}));
}

TEST(Access, EntriesForObjectsNeverGrantMoreThanTheySay) {
  const std::string guid = "ab721a53-1e2f-11d0-9819-00aa0040529b";
  EXPECT_FALSE(allowed("D:(OA;;GA;" + guid + ";;S-1-22-1-1000)", generic_read));
  EXPECT_TRUE(allowed("D:(OA;;GA;;;S-1-22-1-1000)", generic_read));
  EXPECT_TRUE(allowed("D:(OA;;GA;;" + guid + ";S-1-22-1-1000)", generic_read));
  EXPECT_FALSE(allowed("D:(OD;;GA;" + guid + ";;S-1-22-1-1000)(A;;GA;;;S-1-22-1-1000)", generic_read));
}

TEST(Access, AuditEntriesSayNothing) {
  EXPECT_FALSE(allowed("D:S:(AU;SAFA;GA;;;S-1-22-1-1000)", generic_read));
  EXPECT_TRUE(allowed("D:(A;;GA;;;S-1-22-1-1000)S:(AU;SAFA;GA;;;S-1-22-1-1000)", generic_read));
}

TEST(Access, RightsOfOtherKindsOfObjectsGrantNothing) {
  EXPECT_FALSE(allowed("D:(A;;FAKARCSDWDWO;;;S-1-22-1-1000)", generic_read));
}

TEST(Access, GenericRightsCanBeMapped) {
  const GenericMapping files{.read = 0x120089, .write = 0x120116, .execute = 0x1200A0, .all = 0x1F01FF};
  const auto check = [&](std::string_view text, std::uint32_t desired) {
    return grants(parse(text).value(), [](const Sid& sid) { return sid == known::everyone; }, desired, files);
  };
  EXPECT_TRUE(check("D:(A;;FR;;;WD)", generic_read));
  EXPECT_TRUE(check("D:(A;;GA;;;WD)", 0x1F01FF));
  EXPECT_FALSE(check("D:(A;;GW;;;WD)", generic_read));
  EXPECT_FALSE(check("D:(D;;GR;;;WD)(A;;FA;;;WD)", 0x1));
}

}  // namespace
}  // namespace winrmd::sddl

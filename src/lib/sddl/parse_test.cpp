#include <gtest/gtest.h>

#include "lib/config/settings.hpp"
#include "lib/sddl/rights.hpp"
#include "lib/sddl/sddl.hpp"

namespace winrmd::sddl {
namespace {

std::string error_of(std::string_view text) {
  const auto descriptor = parse(text);
  return descriptor ? "read as " + format(*descriptor) : descriptor.error().message;
}

Ace only_ace(std::string_view text) {
  const auto descriptor = parse(text);
  if (!descriptor || !descriptor->dacl || descriptor->dacl->aces.size() != 1) {
    ADD_FAILURE() << text;
    return {};
  }
  return descriptor->dacl->aces.front();
}

std::uint32_t mask_of(const std::string& rights) { return only_ace("D:(A;;" + rights + ";;;WD)").mask; }

TEST(Parse, TheDescriptorThatWindowsComesWith) {
  const auto sd = parse("O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)").value();
  EXPECT_EQ(format_sid(*sd.owner), "S-1-5-20");
  EXPECT_EQ(sd.group, known::administrators);
  ASSERT_TRUE(sd.dacl && sd.sacl);
  EXPECT_TRUE(sd.dacl->is_protected);
  EXPECT_EQ(sd.dacl->aces.at(0), (Ace{.mask = right::generic_all, .trustee = known::administrators}));
  EXPECT_EQ(sd.dacl->aces.at(1), (Ace{.mask = right::generic_read, .trustee = Sid{5, {4}}}));
  EXPECT_EQ(sd.sacl->aces.at(1), (Ace{.type = AceType::audit,
                                      .flags = ace_flag::success,
                                      .mask = right::generic_execute | right::generic_write,
                                      .trustee = known::everyone}));
}

TEST(Parse, PartsMayComeInAnyOrder) {
  const auto usual = parse("O:SYG:BAD:(A;;GA;;;WD)S:(AU;SA;GA;;;WD)").value();
  EXPECT_EQ(parse("S:(AU;SA;GA;;;WD)D:(A;;GA;;;WD)G:BAO:SY").value(), usual);
  EXPECT_EQ(parse("G:S-1-5-32-544D:(A;;GA;;;WD)O:S-1-5-18S:(AU;SA;GA;;;WD)").value(), usual);
}

TEST(Parse, PartsThatAreThereTwiceAreRefused) {
  EXPECT_EQ(error_of("O:BAO:BA"), "character 5: this part is there already");
  EXPECT_EQ(error_of("D:S:D:"), "character 5: this part is there already");
  EXPECT_EQ(error_of("G:S-1-5-32-544G:BA"), "character 15: this part is there already");
}

TEST(Parse, WhatIsNoPartIsRefused) {
  EXPECT_EQ(error_of(""), "character 1: the text is empty");
  EXPECT_EQ(error_of("X:BA"), "character 1: not one of the parts O:, G:, D: and S:");
  EXPECT_EQ(error_of("o:BA"), "character 1: not one of the parts O:, G:, D: and S:");
  EXPECT_EQ(error_of("O:BAX"), "character 5: not one of the parts O:, G:, D: and S:");
  EXPECT_EQ(error_of(" O:BA"), "character 1: not one of the parts O:, G:, D: and S:");
  EXPECT_EQ(error_of("D:(A;;GA;;;WD)\n"), "character 15: not one of the parts O:, G:, D: and S:");
}

TEST(Parse, FlagsOfAList) {
  const auto acl = [](std::string_view text) { return *parse(text).value().dacl; };
  EXPECT_EQ(acl("D:"), Acl{});
  EXPECT_EQ(acl("D:P"), Acl{.is_protected = true});
  EXPECT_EQ(acl("D:PARAI"), (Acl{.is_protected = true, .inherit_request = true, .auto_inherited = true}));
  EXPECT_EQ(acl("D:AIS:"), Acl{.auto_inherited = true});
  EXPECT_EQ(acl("D:NO_ACCESS_CONTROL"), Acl{.is_null = true});
  EXPECT_EQ(acl("D:PNO_ACCESS_CONTROLS:"), (Acl{.is_protected = true, .is_null = true}));
  EXPECT_EQ(error_of("D:PX"),
            "character 4: not one of the flags P, AR, AI and NO_ACCESS_CONTROL, and no entry in "
            "parentheses");
  EXPECT_EQ(error_of("D:NO_ACCESS_CONTROL(D;;GA;;;WD)"), "character 20: an entry after NO_ACCESS_CONTROL");
}

TEST(Parse, TypesOfEntries) {
  const auto type = [](const std::string& letters) { return only_ace("D:(" + letters + ";;GA;;;WD)").type; };
  EXPECT_EQ(type("A"), AceType::allow);
  EXPECT_EQ(type("D"), AceType::deny);
  EXPECT_EQ(type("OA"), AceType::object_allow);
  EXPECT_EQ(type("OD"), AceType::object_deny);
  const auto audits = parse("S:(AU;;GA;;;WD)(AL;;GA;;;WD)(OU;;GA;;;WD)(OL;;GA;;;WD)").value().sacl->aces;
  EXPECT_EQ(audits.at(3).type, AceType::object_alarm);
  EXPECT_EQ(error_of("D:(a;;GA;;;WD)"),
            "character 4: not one of the types A, D, OA and OD (in D:), AU, AL, OU and OL "
            "(in S:)");
  EXPECT_EQ(error_of("D:(AD;;GA;;;WD)").substr(0, 12), "character 4:");
  EXPECT_EQ(error_of("D:(;;GA;;;WD)").substr(0, 12), "character 4:");
}

// Where it stands it would do nothing, which is not what whoever wrote it wanted.
TEST(Parse, AnEntryInTheWrongListIsRefused) {
  EXPECT_EQ(error_of("S:(D;;GA;;;WD)"), "character 4: an entry of this type belongs into D:");
  EXPECT_EQ(error_of("D:(AU;SA;GA;;;WD)"), "character 4: an entry of this type belongs into S:");
}

TEST(Parse, WhatIsNotSupportedIsRefusedByName) {
  EXPECT_EQ(error_of("S:(ML;;NW;;;LW)"), "character 4: mandatory labels (ML) are not supported");
  EXPECT_EQ(error_of("D:(XA;;GA;;;WD;(@User.a==1))"), "character 4: conditional entries (XA) are not supported");
  EXPECT_EQ(error_of("D:(XD;;GA;;;WD;(a))"), "character 4: conditional entries (XD) are not supported");
  EXPECT_EQ(error_of("D:(ZA;;GA;;;WD;(a))"), "character 4: conditional entries (ZA) are not supported");
  EXPECT_EQ(error_of("S:(RA;;;;;WD;(\"a\",TI,0,1))"), "character 4: resource attributes (RA) are not supported");
  EXPECT_EQ(error_of("D:(A;;GA;;;WD;(a))"),
            "character 14: a seventh field: conditions and attributes are not supported");
}

TEST(Parse, FlagsOfAnEntry) {
  EXPECT_EQ(only_ace("D:(A;OICINPIOIDSAFA;GA;;;WD)").flags, 0xDF);
  EXPECT_EQ(error_of("D:(A;CIX;GA;;;WD)"), "character 8: not one of the flags OI, CI, NP, IO, ID, SA and FA");
  EXPECT_EQ(error_of("D:(A;ci;GA;;;WD)").substr(0, 12), "character 6:");
}

TEST(Parse, RightsInLetters) {
  EXPECT_EQ(mask_of(""), 0U);
  EXPECT_EQ(mask_of("GA"), 0x1000'0000U);
  EXPECT_EQ(mask_of("GRGWGX"), 0xE000'0000U);
  EXPECT_EQ(mask_of("RCSDWDWO"), 0x000F'0000U);
  EXPECT_EQ(mask_of("CCDCLCSWRPWPDTLOCR"), 0x1FFU);
  EXPECT_EQ(mask_of("FA"), 0x001F'01FFU);
  EXPECT_EQ(mask_of("FRKR"), 0x0012'0099U);
  EXPECT_EQ(error_of("D:(A;;GAZZ;;;WD)"), "character 9: there are no rights with these letters");
  EXPECT_EQ(error_of("D:(A;;ga;;;WD)"), "character 7: there are no rights with these letters");
  EXPECT_EQ(error_of("D:(A;;G;;;WD)"), "character 7: there are no rights with these letters");
}

TEST(Parse, RightsInNumbers) {
  EXPECT_EQ(mask_of("0x10000000"), 0x1000'0000U);
  EXPECT_EQ(mask_of("0xffffFFFF"), 0xFFFF'FFFFU);
  EXPECT_EQ(mask_of("268435456"), 0x1000'0000U);
  EXPECT_EQ(mask_of("02000000000"), 0x1000'0000U);
  EXPECT_EQ(mask_of("0"), 0U);
  EXPECT_EQ(mask_of("4294967295"), 0xFFFF'FFFFU);
  EXPECT_EQ(error_of("D:(A;;4294967296;;;WD)"), "character 7: the number of the rights is above 4294967295");
  EXPECT_EQ(error_of("D:(A;;0x100000000;;;WD)"), "character 9: the number of the rights is above 4294967295");
  EXPECT_EQ(error_of("D:(A;;0x;;;WD)"), "character 9: the number of the rights is missing");
  EXPECT_EQ(error_of("D:(A;;0x10zz;;;WD)"), "character 11: a semicolon is missing: an entry has six fields");
  EXPECT_EQ(error_of("D:(A;;08;;;WD)"), "character 8: a semicolon is missing: an entry has six fields");
  EXPECT_EQ(error_of("D:(A;;GA0x1;;;WD)"), "character 9: there are no rights with these letters");
}

TEST(Parse, ObjectsOfAnEntry) {
  const std::string one = "BF967ABA-0DE6-11D0-A285-00AA003049E2";
  const std::string two = "ab721a53-1e2f-11d0-9819-00aa0040529b";
  const auto ace = only_ace("D:(OA;;CR;" + one + ";" + two + ";WD)");
  EXPECT_EQ(ace.object_type, "bf967aba-0de6-11d0-a285-00aa003049e2");
  EXPECT_EQ(ace.inherited_object_type, two);
  EXPECT_EQ(error_of("D:(A;;CR;;" + two + ";WD)"), "character 11: an entry of this type has no object");
  EXPECT_EQ(error_of("D:(OA;;CR;xx;;WD)"), "character 11: not a GUID");
  EXPECT_EQ(error_of("D:(OA;;CR;{" + two + "};;WD)"), "character 11: not a GUID");
}

TEST(Parse, TheSidOfAnEntry) {
  EXPECT_EQ(only_ace("D:(A;;GA;;;S-1-22-2-100)").trustee, unix_group(100));
  constexpr std::string_view neither = "character 12: neither S-1-… nor the two letters of a well-known SID";
  EXPECT_EQ(error_of("D:(A;;GA;;;)"), neither);
  EXPECT_EQ(error_of("D:(A;;GA;;;XX)"), neither);
  EXPECT_EQ(error_of("D:(A;;GA;;;wd)"), neither);
  EXPECT_EQ(error_of("D:(A;;GA;;; WD)"), neither);
  EXPECT_EQ(error_of("O:"), "character 3: neither S-1-… nor the two letters of a well-known SID");
}

TEST(Parse, GroupsOfADomainNeedADomain) {
  EXPECT_EQ(error_of("D:(A;;GA;;;DA)"),
            "character 12: DA is relative to a Windows domain, and this host is in none: "
            "write the SID in full");
  const Sid domain{5, {21, 1, 2, 3}};
  const auto sd = parse("O:LAD:(A;;GA;;;DA)", domain).value();
  EXPECT_EQ(format_sid(*sd.owner), "S-1-5-21-1-2-3-500");
  EXPECT_EQ(format_sid(sd.dacl->aces.front().trustee), "S-1-5-21-1-2-3-512");
  EXPECT_EQ(format(sd, domain), "O:LAD:(A;;GA;;;DA)");
  EXPECT_EQ(format(sd), "O:S-1-5-21-1-2-3-500D:(A;;GA;;;S-1-5-21-1-2-3-512)");
}

TEST(Parse, EntriesThatDoNotEndAreRefused) {
  EXPECT_EQ(error_of("D:("), "character 4: not one of the types A, D, OA and OD (in D:), AU, AL, OU and OL (in S:)");
  EXPECT_EQ(error_of("D:(A"), "character 5: a semicolon is missing: an entry has six fields");
  EXPECT_EQ(error_of("D:(A;;GA;;;WD"), "character 14: an entry ends with a parenthesis");
  EXPECT_EQ(error_of("D:(A;;GA;;;WDX)"), "character 14: an entry ends with a parenthesis");
  EXPECT_EQ(error_of("D:(A;;GA;;WD)"), "character 11: an entry of this type has no object");
  EXPECT_EQ(error_of("D:(A;;GA;;;WD))").substr(0, 13), "character 15:");
  EXPECT_EQ(error_of("D:A;;GA;;;WD)"),
            "character 3: not one of the flags P, AR, AI and NO_ACCESS_CONTROL, and no entry "
            "in parentheses");
}

// Every beginning of a good text ends in an error or is one itself; none is read beyond its end.
TEST(Parse, AnyBeginningOfAText) {
  const std::string whole =
      "O:S-1-5-18G:BAD:PARAI(A;CIOI;GRGW0;;;WD)(OD;;0x10;ab721a53-1e2f-11d0-9819-00aa0040529b;;BU)S:AI(AU;SAFA;GA;;;"
      "WD)";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto part = std::make_unique<char[]>(size);
    std::copy_n(whole.begin(), size, part.get());
    const auto descriptor = parse({part.get(), size});
    if (!descriptor) {
      EXPECT_EQ(descriptor.error().message.find("character "), 0U) << size;
    }
  }
}

TEST(Parse, LimitOfEntries) {
  std::string text = "D:";
  for (std::size_t i = 0; i < max_aces; ++i) text += "(A;;;;;WD)";
  EXPECT_EQ(parse(text).value().dacl->aces.size(), max_aces);
  EXPECT_EQ(error_of(text + "(A;;;;;WD)"), "character 10243: more than 1024 entries");
  EXPECT_TRUE(parse(text + "S:(AU;;;;;WD)"));  // each list for itself
}

TEST(Parse, LimitOfLength) {
  const std::string head = "D:(A;;;;;S-1-";
  const std::string tail = "5-7)";
  const auto of_size = [&](std::size_t size) {
    return head + std::string(size - head.size() - tail.size(), '0') + tail;
  };
  EXPECT_TRUE(parse(of_size(max_text_size)));
  EXPECT_EQ(error_of(of_size(max_text_size + 1)), "character 32769: longer than 32768 characters");
  EXPECT_EQ(error_of(of_size(1U << 22)), "character 32769: longer than 32768 characters");
}

TEST(Parse, AnAccessDecisionNeedsADacl) {
  EXPECT_TRUE(parse("O:BA"));
  EXPECT_EQ(parse_for_access("O:BA").error().message, "character 5: there is no D: part, so nobody would be let in");
  EXPECT_TRUE(parse_for_access("D:"));
  EXPECT_FALSE(parse_for_access("D:x"));
}

TEST(Parse, TheDefaultOfTheConfiguration) {
  EXPECT_EQ(format(parse_for_access(config::default_root_sddl).value()), config::default_root_sddl);
}

TEST(Format, IsReadAsTheSameDescriptor) {
  for (const std::string_view text :
       {"O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GWGX;;;WD)", "D:NO_ACCESS_CONTROL",
        "D:S:", "D:PARAI(D;OICINPIOIDSAFA;0x200;;;S-1-22-1-7)", "O:S-1-0x000100000000-7",
        "D:(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)(OD;;;;ab721a53-1e2f-11d0-9819-00aa0040529b;WD)"}) {
    EXPECT_EQ(format(parse(text).value()), text);
  }
  const auto files = parse("D:(A;;FA;;;WD)").value();
  EXPECT_EQ(parse(format(files)).value(), files);
}

}  // namespace
}  // namespace winrmd::sddl

// Whole [[tables]]: added and taken away.
#include <gtest/gtest.h>

#include "lib/config/edit/edit.hpp"

namespace winrmd::config {
namespace {

std::string shown(const Result<std::string>& result) { return result ? *result : "error: " + result.error().message; }
std::string appended(std::string_view text, const Path& path, const Node& item) {
  return shown(append_value(text, path, item));
}
std::string removed(std::string_view text, const Path& path) { return shown(remove_value(text, path)); }
Node one(std::int64_t number) { return table_value({{"p", number_value(number)}}); }

TEST(AppendValue, PutsATableBehindTheLastOfItsKind) {
  EXPECT_EQ(appended("[[l]]\np = 1 # x\n# about m\n\n[m]\n", {"l"}, one(2)),
            "[[l]]\np = 1 # x\n\n[[l]]\np = 2\n\n# about m\n\n[m]\n");
  EXPECT_EQ(appended("[[a]]\n[a.b]\nc = 1\n[[a]]\n[d]\n", {"a", std::size_t{0}, "l"}, one(2)),
            "[[a]]\n[a.b]\nc = 1\n\n[[a.l]]\np = 2\n\n[[a]]\n[d]\n");
}

TEST(AppendValue, MakesTheFirstOfItsKind) {
  EXPECT_EQ(appended("a = 1", {"l"}, one(2)), "a = 1\n\n[[l]]\np = 2\n");
  EXPECT_EQ(appended("[login]\nx = 1\n\n[log]\n", {"login", "certificate"}, one(2)),
            "[login]\nx = 1\n\n[[login.certificate]]\np = 2\n\n[log]\n");
  EXPECT_EQ(appended("[log]\n", {"login", "certificate"}, one(2)), "[log]\n\n[[login.certificate]]\np = 2\n");
}

TEST(AppendValue, PutsATableIntoAnArrayOnOneLine) {
  EXPECT_EQ(appended("l = []\n", {"l"}, one(2)), "l = [{ p = 2 }]\n");
  EXPECT_EQ(appended("l = [{ p = 1 }] # x\n", {"l"}, one(2)), "l = [{ p = 1 }, { p = 2 }] # x\n");
  EXPECT_EQ(appended("l = [\n  { p = 1 }, # x\n]\n", {"l"}, one(2)), "l = [\n  { p = 1 }, # x\n  { p = 2 },\n]\n");
  EXPECT_EQ(appended("l = [\n  { p = 1 } # x\n]\n", {"l"}, one(2)), "l = [\n  { p = 1 }, # x\n  { p = 2 }\n]\n");
  EXPECT_EQ(appended("l = [\n  { p = 1 } ]\n", {"l"}, one(2)), "l = [\n  { p = 1 }, { p = 2 } ]\n");
  EXPECT_EQ(appended("t = { a = 1 }\n", {"t", "l"}, one(2)), "t = { a = 1, l = [{ p = 2 }] }\n");
}

TEST(AppendValue, AddsAnItem) {
  EXPECT_EQ(appended("a = [\"x\"]\n", {"a"}, text_value("y")), "a = [\"x\", \"y\"]\n");
  EXPECT_EQ(appended("[t]\n", {"t", "a"}, text_value("y")), "[t]\na = [\"y\"]\n");
}

TEST(AppendValue, RefusesWhatIsNoArray) {
  EXPECT_EQ(appended("a = 1\n", {"a"}, number_value(1)), "error: a: there is no array in the file");
  EXPECT_EQ(appended("[[a]]\n", {"a"}, number_value(1)), "error: a: holds tables");
  EXPECT_EQ(appended("[a]\n", {"a"}, one(1)), "error: a: there is no array in the file");
}

TEST(RemoveValue, TakesOneTableWithAllBelowIt) {
  constexpr std::string_view text = R"(# the first
[[l]]
p = 1

# the second
[[l]]  # a comment
# inside
p = 2
[l.x]
q = 2

# the third
[[l]]
p = 3
)";
  EXPECT_EQ(removed(text, {"l", std::size_t{1}}), R"(# the first
[[l]]
p = 1

# the second

# the third
[[l]]
p = 3
)");
}

TEST(RemoveValue, TakesATableThatIsWrittenInPieces) {
  EXPECT_EQ(removed("[a.b]\nc = 1\n\n[m]\nn = 1\n\n[a.b.d]\ne = 1\n", {"a", "b"}), "[m]\nn = 1\n");
  EXPECT_EQ(removed("[[a]]\np = 1\n[m]\nn = 1\n[a.d]\ne = 1\n[[a]]\np = 2\n", {"a", std::size_t{0}}),
            "[m]\nn = 1\n[[a]]\np = 2\n");
}

TEST(RemoveValue, LeavesNoHoleAtTheEnd) {
  EXPECT_EQ(removed("a = 1\n\n[b]\nc = 2\n", {"b"}), "a = 1\n");
  EXPECT_EQ(removed("a = 1\r\n\r\n[b]\r\nc = 2\r\n", {"b"}), "a = 1\r\n");
}

TEST(RemoveValue, TakesTheOnlyTable) { EXPECT_EQ(removed("[[a]]\nb = 1\n", {"a", std::size_t{0}}), ""); }

}  // namespace
}  // namespace winrmd::config

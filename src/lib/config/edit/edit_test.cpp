#include "lib/config/edit/edit.hpp"

#include <gtest/gtest.h>

namespace winrmd::config {
namespace {

// The text after a change; `error: ...` where it was refused.
std::string shown(const Result<std::string>& result) { return result ? *result : "error: " + result.error().message; }
std::string set(std::string_view text, const Path& path, const Node& value) {
  return shown(set_value(text, path, value));
}
std::string removed(std::string_view text, const Path& path) { return shown(remove_value(text, path)); }

constexpr std::string_view commented = R"(# The service.
user_file = "/etc/users"   # who may log in

# Limits come last.
[limits]  # all of them
  max_connections = 300  # enough
# max_batch_items = 5
request_read_timeout = '2m'

[log] # where
level = "info"
)";

TEST(SetValue, ReplacesNothingButTheValue) {
  std::string expected(commented);
  expected.replace(expected.find("300"), 3, "17");
  EXPECT_EQ(set(commented, {"limits", "max_connections"}, number_value(17)), expected);
}

TEST(SetValue, ReplacesAValueByOneOfAnotherKind) {
  EXPECT_EQ(set("a = 1 # x\n", {"a"}, text_value("q\"\\\n\t\x01")), "a = \"q\\\"\\\\\\n\\t\\u0001\" # x\n");
  EXPECT_EQ(set("a = '''\n[b]\nx=1\n'''\n", {"a"}, flag_value(true)), "a = true\n");
  EXPECT_EQ(set("a = \"\"\"x\\\"\"\"\"\"\" # c\nb = 2\n", {"a"}, number_value(-1)), "a = -1 # c\nb = 2\n");
  EXPECT_EQ(set("a = 1979-05-27 07:32:00 # c\n", {"a"}, number_value(1)), "a = 1 # c\n");
}

TEST(SetValue, AddsAKeyBelowTheLastOfItsTable) {
  std::string expected(commented);
  const std::string_view last = "request_read_timeout = '2m'\n";
  expected.insert(expected.find(last) + last.size(), "max_batch_items = 7\n");
  EXPECT_EQ(set(commented, {"limits", "max_batch_items"}, number_value(7)), expected);
}

TEST(SetValue, AddsAKeyWithTheIndentOfItsNeighbour) {
  EXPECT_EQ(set("[a]\n\tb = 1 # x\n\n[c]\n", {"a", "d"}, number_value(2)), "[a]\n\tb = 1 # x\n\td = 2\n\n[c]\n");
}

TEST(SetValue, AddsAKeyToAnEmptyTable) {
  EXPECT_EQ(set("[a] # x\n# y\n[b]\n", {"a", "k"}, flag_value(true)), "[a] # x\nk = true\n# y\n[b]\n");
  EXPECT_EQ(set("[a]", {"a", "k"}, flag_value(true)), "[a]\nk = true\n");
}

TEST(SetValue, AddsAKeyToTheDocument) {
  EXPECT_EQ(set("a = 1\n[b]\nc = 2\n", {"d"}, number_value(3)), "a = 1\nd = 3\n[b]\nc = 2\n");
  EXPECT_EQ(set("# of b\n[b]\nc = 2\n", {"d"}, number_value(3)), "d = 3\n\n# of b\n[b]\nc = 2\n");
  EXPECT_EQ(set("# about the file\n\n# of b\n[b]\n", {"d"}, number_value(3)),
            "# about the file\n\nd = 3\n\n# of b\n[b]\n");
  EXPECT_EQ(set("", {"d"}, number_value(3)), "d = 3\n");
  EXPECT_EQ(set("a = 1", {"d"}, number_value(3)), "a = 1\nd = 3\n");
}

TEST(SetValue, AddsATableAtTheEnd) {
  EXPECT_EQ(set("a = 1\n# end\n", {"limits", "x"}, number_value(2)), "a = 1\n# end\n\n[limits]\nx = 2\n");
  EXPECT_EQ(set("", {"a b", "c", "x"}, number_value(2)), "[\"a b\".c]\nx = 2\n");
}

TEST(SetValue, AddsATableBelowTheOneItBelongsTo) {
  EXPECT_EQ(set("[[app]]\np = 1\n\n[[app]]\np = 2\n", {"app", std::size_t{0}, "auth", "name"}, text_value("n")),
            "[[app]]\np = 1\n\n[app.auth]\nname = \"n\"\n\n[[app]]\np = 2\n");
}

TEST(SetValue, ChoosesAmongTablesByIndex) {
  constexpr std::string_view text = "[[l]]\np = 1\n[l.x]\nq = 1\n[[l]]\np = 2\n[l.x]\nq = 2\n";
  EXPECT_EQ(set(text, {"l", std::size_t{1}, "p"}, number_value(9)),
            "[[l]]\np = 1\n[l.x]\nq = 1\n[[l]]\np = 9\n[l.x]\nq = 2\n");
  EXPECT_EQ(set(text, {"l", std::size_t{0}, "x", "q"}, number_value(9)),
            "[[l]]\np = 1\n[l.x]\nq = 9\n[[l]]\np = 2\n[l.x]\nq = 2\n");
  EXPECT_EQ(set(text, {"l", std::size_t{0}, "new"}, number_value(9)),
            "[[l]]\np = 1\nnew = 9\n[l.x]\nq = 1\n[[l]]\np = 2\n[l.x]\nq = 2\n");
}

TEST(SetValue, KeepsLineEndsAndMarks) {
  EXPECT_EQ(set("\xEF\xBB\xBF"
                "a = 1\r\n\r\n[b]\r\nc = 2\r\n",
                {"b", "d"}, number_value(3)),
            "\xEF\xBB\xBF"
            "a = 1\r\n\r\n[b]\r\nc = 2\r\nd = 3\r\n");
  EXPECT_EQ(set("\"\xC3\xA4\" = \"\xE2\x82\xAC\" # \xF0\x9F\x98\x80\nb = 1\n", {"b"}, number_value(2)),
            "\"\xC3\xA4\" = \"\xE2\x82\xAC\" # \xF0\x9F\x98\x80\nb = 2\n");
}

TEST(SetValue, KnowsQuotedAndDottedKeys) {
  EXPECT_EQ(set("\"a\\u0062\".'c d' . e = 1\n", {"ab", "c d", "e"}, number_value(2)), "\"a\\u0062\".'c d' . e = 2\n");
  EXPECT_EQ(set("a.b = 1 # x\na.c = 2\nd = 3\n", {"a", "n"}, number_value(9)),
            "a.b = 1 # x\na.c = 2\na.n = 9\nd = 3\n");
  EXPECT_EQ(set("[t]\na.b.c = 1\nz = 1\n", {"t", "a", "b", "n"}, number_value(9)),
            "[t]\na.b.c = 1\na.b.n = 9\nz = 1\n");
}

TEST(SetValue, WritesIntoInlineTables) {
  EXPECT_EQ(set("a = { b = 1, c = {} } # x\n", {"a", "b"}, number_value(2)), "a = { b = 2, c = {} } # x\n");
  EXPECT_EQ(set("a = { b = 1, c = {} } # x\n", {"a", "c", "d"}, number_value(2)), "a = { b = 1, c = { d = 2 } } # x\n");
  EXPECT_EQ(set("a = { b = 1 }\n", {"a", "x", "y"}, number_value(2)), "a = { b = 1, x.y = 2 }\n");
  EXPECT_EQ(set("a = { b.c = 1 }\n", {"a", "b", "y"}, number_value(2)), "a = { b.c = 1, b.y = 2 }\n");
  EXPECT_EQ(set("l = [ { p = 1 },\n  { p = 2 } ]\n", {"l", std::size_t{1}, "p"}, number_value(5)),
            "l = [ { p = 1 },\n  { p = 5 } ]\n");
}

TEST(SetValue, AddsToATableThatIsOnlyImplied) {
  EXPECT_EQ(set("[a.b]\nc = 1\n\n[d]\n", {"a", "x"}, number_value(2)), "[a.b]\nc = 1\n\n[a]\nx = 2\n\n[d]\n");
}

TEST(SetValue, KeepsCommentsInAnArray) {
  constexpr std::string_view text = "a = [\n  \"x\",  # first\n  \"y\",  # second\n  # more to come\n]\n";
  EXPECT_EQ(set(text, {"a"}, list_value({text_value("x"), text_value("z")})),
            "a = [\n  \"x\",  # first\n  \"z\",\n  # second\n  # more to come\n]\n");
  EXPECT_EQ(set("a = [1, 2, 3]\n", {"a"}, list_value({number_value(3), number_value(1)})), "a = [3, 1]\n");
  EXPECT_EQ(set("a = []\n", {"a"}, list_value({number_value(3)})), "a = [3]\n");
}

TEST(SetValue, RefusesWhatIsNoPlaceForAValue) {
  EXPECT_EQ(set("[a]\nb = 1\n", {"a"}, number_value(1)), "error: a: is a table of several lines");
  EXPECT_EQ(set("[[a]]\n", {"a"}, number_value(1)), "error: a: is a table of several lines");
  EXPECT_EQ(set("a = 1\n", {"a", "b"}, number_value(1)), "error: a.b: there is no such place in the file");
  EXPECT_EQ(set("[[a]]\n", {"a", std::size_t{1}, "b"}, number_value(1)),
            "error: a[1].b: there is no such place in the file");
  EXPECT_EQ(set("a = 1\n", {}, number_value(1)), "error: : there is no such place in the file");
  EXPECT_TRUE(set("a = \n", {"a"}, number_value(1)).starts_with("error: the file:1: not valid TOML"));
}

TEST(SetValue, RefusesTextThatWouldBreakTheFile) {
  EXPECT_TRUE(set("a = 1\n", {"a"}, text_value("\xFF")).starts_with("error: a: cannot be changed here"));
  EXPECT_TRUE(set("a = 1\n", {"\xFF"}, number_value(1)).starts_with("error: "));
}

TEST(RemoveValue, TakesTheLineAndKeepsItsComment) {
  EXPECT_EQ(removed("a = 1\nb = 2\nc = 3\n", {"b"}), "a = 1\nc = 3\n");
  EXPECT_EQ(removed("a = 1\n  b = 2   # why\nc = 3\n", {"b"}), "a = 1\n  # why\nc = 3\n");
  EXPECT_EQ(removed("a = [\n 1\n]\nb = 2", {"b"}), "a = [\n 1\n]\n");
  EXPECT_EQ(removed("\xEF\xBB\xBF"
                    "a = 1\nb = 2\n",
                    {"a"}),
            "\xEF\xBB\xBF"
            "b = 2\n");
}

TEST(RemoveValue, LeavesAnEmptyTableAndDropsAnImpliedOne) {
  EXPECT_EQ(removed("[a]\nb = 1\n", {"a", "b"}), "[a]\n");
  EXPECT_EQ(removed("a.b = 1\nc = 2\n", {"a", "b"}), "c = 2\n");
  EXPECT_EQ(removed("[[x.y]]\nb = 1\n", {"x", "y", std::size_t{0}}), "");
}

TEST(RemoveValue, TakesItemsAndMembersWithTheirComma) {
  EXPECT_EQ(removed("a = [1, 2, 3]\n", {"a", std::size_t{0}}), "a = [2, 3]\n");
  EXPECT_EQ(removed("a = [1, 2, 3]\n", {"a", std::size_t{2}}), "a = [1, 2]\n");
  EXPECT_EQ(removed("a = [\n  1, # one\n  2 # two\n]\n", {"a", std::size_t{1}}), "a = [\n  1 # one\n  # two\n]\n");
  EXPECT_EQ(removed("a = [\n  1,\n  2,\n]\n", {"a", std::size_t{1}}), "a = [\n  1,\n]\n");
  EXPECT_EQ(removed("a = [1]\n", {"a", std::size_t{0}}), "a = []\n");
  EXPECT_EQ(removed("a = { b = 1, c = 2 }\n", {"a", "b"}), "a = { c = 2 }\n");
  EXPECT_EQ(removed("a = { b = 1, c = 2 }\n", {"a", "c"}), "a = { b = 1 }\n");
}

TEST(RemoveValue, SaysThatNothingIsThere) {
  EXPECT_EQ(removed("a = 1\n", {"b"}), "error: b: is not in the file");
  EXPECT_EQ(removed("a = 1\n", {}), "error: : is not in the file");
  EXPECT_EQ(removed("a.b = 1\na.c = 1\n", {"a"}), "error: a: is not written in one place");
}

}  // namespace
}  // namespace winrmd::config

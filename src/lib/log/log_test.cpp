#include "lib/log/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "lib/base/fd.hpp"
#include "lib/log/json.hpp"

namespace winrmd::log {
namespace {

std::string json(std::string_view bytes) {
  std::string out;
  append_json_string(out, bytes);
  return out;
}

TEST(Log, FormatsTimeKindMessageAndFieldsOfEachType) {
  set_process("winrmd-test");
  EXPECT_EQ(format(1793707496789, "audit", "authz_user",
                   {{"user", std::string_view("alice")}, {"ms", std::int64_t{-3}}, {"allowed", true}}),
            R"({"time":"2026-11-03T12:04:56.789Z","process":"winrmd-test","level":"audit","message":"authz_user",)"
            R"("user":"alice","ms":-3,"allowed":true})");
  EXPECT_TRUE(format(0, "info", "m", {}).starts_with(R"({"time":"1970-01-01T00:00:00.000Z",)"));
}

TEST(Log, EscapesWhateverWouldEndTheStringOrTheLine) {
  EXPECT_EQ(json("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(json("a\r\n\tb"), R"("a\r\n\tb")");
  EXPECT_EQ(json(std::string_view("\0\x1b[31m\x7f", 7)), R"("\u0000\u001b[31m\u007f")");
  EXPECT_EQ(json("\xC2\x9B\xC2\xA0"), "\"\\u009b\xC2\xA0\"");  // C1 controls are escaped, what follows is not
  EXPECT_EQ(format(0, "info", "m", {{"a\"b", std::string_view("x")}}).find("a\"b"), std::string::npos);
}

TEST(Log, KeepsUtf8AndReplacesEachByteThatIsNot) {
  constexpr std::string_view fffd = "\xEF\xBF\xBD";
  EXPECT_EQ(json("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"");
  for (const std::string_view broken : {"\x80", "\xC0", "\xC3", "\xFF", "\xF8"}) {
    EXPECT_EQ(json(broken), std::string("\"").append(fffd) + "\"");
    EXPECT_EQ(json(std::string(broken) + "x"), std::string("\"").append(fffd) + "x\"");
  }
  EXPECT_EQ(json("\xC0\x80"), std::string("\"").append(fffd).append(fffd) + "\"");
  EXPECT_EQ(json("\xED\xA0\x80"), std::string("\"").append(fffd).append(fffd).append(fffd) + "\"");
  EXPECT_EQ(json("\xF4\x90\x80\x80").size(), 2 + 4 * fffd.size());
  EXPECT_EQ(json("\xE2\x82\""), std::string("\"").append(fffd).append(fffd) + "\\\"\"");
}

TEST(Log, CutsLongValuesAtTheLimit) {
  const std::string at_limit(max_value_size, 'x');
  EXPECT_NE(format(0, "info", "m", {{"v", std::string_view(at_limit)}}).find('"' + at_limit + '"'), std::string::npos);
  for (const std::size_t size : {max_value_size + 1, std::size_t{10'000'000}}) {
    const std::string value(size, 'x');
    const auto line = format(0, "info", "m", {{"v", std::string_view(value)}});
    EXPECT_LT(line.size(), max_value_size + 200);
    EXPECT_TRUE(line.ends_with(at_limit + "... (" + std::to_string(size) + " bytes)\"}"))
        << line.substr(line.size() - 99);
  }
}

// Standard error goes into a datagram socket for the time of the test: each write() arrives as one message.
class LogOutput : public testing::Test {
 protected:
  void SetUp() override {
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
    in_.reset(pair[0]);
    const Fd out(pair[1]);
    saved_.reset(dup(STDERR_FILENO));
    dup2(out.get(), STDERR_FILENO);
  }
  void TearDown() override {
    dup2(saved_.get(), STDERR_FILENO);
    set_level(Level::info);
  }
  std::string next() {
    std::array<char, 8192> buffer{};
    const auto n = recv(in_.get(), buffer.data(), buffer.size(), 0);
    return n < 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(n));
  }

 private:
  Fd in_;
  Fd saved_;
};

TEST_F(LogOutput, WritesEachLineWithOneWrite) {
  info("first", {{"text", std::string_view("a\nb")}});
  error("second");
  const auto first = next();
  EXPECT_NE(first.find(R"("level":"info","message":"first","text":"a\nb"})"), std::string::npos) << first;
  EXPECT_EQ(first.find('\n'), first.size() - 1);
  EXPECT_NE(next().find(R"("level":"error","message":"second"})"), std::string::npos);
  EXPECT_EQ(next(), "");
}

TEST_F(LogOutput, DropsLinesBelowTheLevel) {
  debug("quiet");
  EXPECT_EQ(next(), "");
  set_level(Level::debug);
  debug("loud");
  EXPECT_NE(next().find("loud"), std::string::npos);
  set_level(Level::error);
  warning("quiet");
  EXPECT_EQ(next(), "");
  error("loud");
  EXPECT_NE(next().find("loud"), std::string::npos);
}

TEST_F(LogOutput, KeepsErrno) {
  close(STDERR_FILENO);
  errno = ENOENT;
  info("lost");
  EXPECT_EQ(errno, ENOENT);
}

}  // namespace
}  // namespace winrmd::log

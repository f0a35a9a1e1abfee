#include "supervisor/control_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <fstream>

#include "supervisor/scratch_folder.hpp"

namespace winrmd::supervisor {
namespace {

class Control : public testing::Test {
 protected:
  Fd connect() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return fd;
  }
  static void say(const Fd& fd, std::string_view text) {
    EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  // Until the other end closes.
  static std::string hear(const Fd& fd) {
    std::string all;
    std::array<char, 256> buffer{};
    for (;;) {
      const auto n = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
      if (n <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(n));
    }
  }

  ScratchFolder folder_ = ScratchFolder::create().value();
  std::string path_ = folder_.path() + "/run/control";
  ControlClock::time_point now_ = ControlClock::now();
};

TEST_F(Control, AnswersWhoeverAsksForAReload) {
  auto control = ControlSocket::open(path_).value();
  const Fd first = connect();
  const Fd second = connect();
  say(first, "rel");
  EXPECT_TRUE(control.take_requests(now_).empty());
  say(first, "oad\n");
  say(second, "reload\n");
  const auto asking = control.take_requests(now_);
  ASSERT_EQ(asking.size(), 2U);
  EXPECT_TRUE(control.take_requests(now_).empty());  // each asks once
  control.answer(asking[0], "", "reloaded\n");
  control.answer(asking[1], "winrmd.toml:1: bad", "");
  control.answer(asking[1], "", "twice");
  EXPECT_EQ(hear(first), "ok\nreloaded\n");
  EXPECT_EQ(hear(second), "error\nwinrmd.toml:1: bad");
}

TEST_F(Control, DropsWhoeverAsksForSomethingElse) {
  auto control = ControlSocket::open(path_).value();
  for (const std::string& text :
       {std::string("stop\n"), std::string("reload\nreload\n"), std::string("reload \n"), std::string("\n"),
        std::string(longest_control_request + 1, 'r'), std::string(100'000, 'r')}) {
    const Fd fd = connect();
    say(fd, text);
    EXPECT_TRUE(control.take_requests(now_).empty()) << text.substr(0, 20);
    EXPECT_EQ(hear(fd), "");
  }
}

TEST_F(Control, SurvivesWhoeverLeavesBeforeTheAnswer) {
  auto control = ControlSocket::open(path_).value();
  Fd fd = connect();
  say(fd, "reload\n");
  const auto asking = control.take_requests(now_);
  ASSERT_EQ(asking.size(), 1U);
  fd.reset();
  control.answer(asking[0], "", "reloaded\n");
  Fd silent = connect();
  silent.reset();
  EXPECT_TRUE(control.take_requests(now_).empty());
  std::vector<pollfd> fds;
  control.wait_for(fds);
  EXPECT_EQ(fds.size(), 1U);
}

TEST_F(Control, DropsWhoeverSaysNothingForTooLong) {
  auto control = ControlSocket::open(path_).value();
  const Fd fd = connect();
  EXPECT_EQ(control.next_deadline(), ControlClock::time_point::max());
  EXPECT_TRUE(control.take_requests(now_).empty());
  EXPECT_EQ(control.next_deadline(), now_ + control_patience);
  EXPECT_TRUE(control.take_requests(now_ + control_patience).empty());
  EXPECT_EQ(hear(fd), "");
}

TEST_F(Control, HasRoomForAFewAtATime) {
  auto control = ControlSocket::open(path_).value();
  std::vector<Fd> fds;
  for (std::size_t i = 0; i < max_control_sessions; ++i) fds.push_back(connect());
  EXPECT_TRUE(control.take_requests(now_).empty());
  const Fd one_too_many = connect();
  say(one_too_many, "reload\n");
  EXPECT_TRUE(control.take_requests(now_).empty());
  EXPECT_EQ(hear(one_too_many), "");
  fds.pop_back();
  EXPECT_TRUE(control.take_requests(now_).empty());
  const Fd next = connect();
  say(next, "reload\n");
  EXPECT_EQ(control.take_requests(now_).size(), 1U);
}

TEST_F(Control, IsForItsOwnerOnlyAndGoneAfterwards) {
  {
    const auto control = ControlSocket::open(path_).value();
    struct stat info{};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
  }
  struct stat info{};
  EXPECT_NE(::stat(path_.c_str(), &info), 0);
}

TEST_F(Control, CanBeOpenToOneOtherAccount) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const auto control = ControlSocket::open(path_, 65534).value();
  struct stat info{};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 65534U);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(Control, TakesThePlaceOfADeadServiceAndNotOfALivingOneOrAFile) {
  {
    auto living = ControlSocket::open(path_).value();
    const auto second = ControlSocket::open(path_);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("another service answers there"), std::string::npos);
    EXPECT_TRUE(connect());  // and the living one still does
  }
  Fd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  dead.reset();
  EXPECT_TRUE(ControlSocket::open(path_));
  std::ofstream(path_) << "precious";
  const auto over_file = ControlSocket::open(path_);
  ASSERT_FALSE(over_file);
  EXPECT_NE(over_file.error().message.find("a file in its place"), std::string::npos);
}

TEST_F(Control, RefusesAPathThatIsTooLong) {
  EXPECT_FALSE(ControlSocket::open("/" + std::string(200, 'x')));
  EXPECT_FALSE(ControlSocket::open("/proc/nothing/control"));
}

}  // namespace
}  // namespace winrmd::supervisor

#include "supervisor/session_use.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <thread>

#include "lib/base/fd.hpp"

namespace winrmd::supervisor {
namespace {

constexpr std::uint32_t no_limit = 1000;

// A process in the place of a host, leader of its session. Everything it makes ends with its pipe.
class SessionUseTest : public testing::Test {
 protected:
  SessionUseTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    read_ = Fd(ends[0]);
    write_ = Fd(ends[1]);
    std::array<int, 2> said{};
    EXPECT_EQ(::pipe(said.data()), 0);
    said_ = Fd(said[0]);
    say_ = Fd(said[1]);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  }
  ~SessionUseTest() override {
    write_.reset();
    while (::wait(nullptr) > 0) {
    }
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  }

  void start(const std::function<void()>& host) {
    host_ = ::fork();
    ASSERT_GE(host_, 0);
    if (host_ == 0) {
      ::setsid();
      host();
      stay();
    }
  }
  // In a child: says that it is there, and lives until the test is over.
  [[noreturn]] void stay() {
    write_.reset();
    [[maybe_unused]] const auto said = ::write(say_.get(), "x", 1);
    char end = 0;
    [[maybe_unused]] const auto got = ::read(read_.get(), &end, 1);
    ::_exit(0);
  }
  void leave_child() {
    if (::fork() == 0) stay();
  }
  // Until so many processes have said that they are there.
  void wait_for(int count) {
    for (int i = 0; i < count; ++i) {
      pollfd there{.fd = said_.get(), .events = POLLIN, .revents = 0};
      ASSERT_EQ(::poll(&there, 1, 20'000), 1);
      char one = 0;
      ASSERT_EQ(::read(said_.get(), &one, 1), 1);
    }
  }
  [[nodiscard]] SessionUse measure(std::uint32_t enough = no_limit) const {
    return measure_session(host_, children_of(::getpid()), enough);
  }

  Fd read_;
  Fd write_;
  Fd said_;
  Fd say_;
  pid_t host_ = 0;
};

TEST_F(SessionUseTest, AHostAloneIsNoProcessOfTheShell) {
  start([] {});
  wait_for(1);
  EXPECT_EQ(measure().processes, 0U);
}

TEST_F(SessionUseTest, CountsChildrenOfChildrenAndOfThreadsAndOtherSessions) {
  start([this] {
    leave_child();
    std::thread([this] { leave_child(); }).join();
    if (::fork() == 0) {
      ::setsid();
      leave_child();
      stay();
    }
  });
  wait_for(5);
  EXPECT_EQ(measure().processes, 4U);
}

TEST_F(SessionUseTest, CountsWhatWasLeftBehind) {
  start([this] {
    const pid_t between = ::fork();
    if (between == 0) {
      leave_child();
      ::_exit(0);
    }
    ::waitpid(between, nullptr, 0);
  });
  wait_for(2);
  EXPECT_EQ(measure().processes, 1U);
  EXPECT_EQ(measure_session(host_, {}, no_limit).processes, 0U) << "it hangs on us";
}

TEST_F(SessionUseTest, AddsUpTheMemory) {
  start([this] {
    if (::fork() == 0) {
      const std::vector<char> much(64U << 20, 'x');
      const char* volatile used = much.data();  // or the compiler leaves it out
      static_cast<void>(used);
      stay();
    }
  });
  wait_for(2);
  EXPECT_GE(measure().memory_mb, 64U);
  EXPECT_LT(measure().memory_mb, 400U);
}

TEST_F(SessionUseTest, StopsLookingWhenItIsEnough) {
  start([this] {
    for (int i = 0; i < 20; ++i) leave_child();
  });
  wait_for(21);
  EXPECT_EQ(measure().processes, 20U);
  EXPECT_EQ(measure(3).processes, 4U) << "one more than enough";
}

TEST_F(SessionUseTest, WhatIsGoneTakesNothing) {
  const pid_t gone = ::fork();
  if (gone == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(gone, nullptr, 0), gone);
  const auto use = measure_session(gone, {}, no_limit);
  EXPECT_EQ(use.processes, 0U);
  EXPECT_EQ(use.memory_mb, 0U);
}

}  // namespace
}  // namespace winrmd::supervisor

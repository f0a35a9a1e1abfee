#include "host/core/memory_limit.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <vector>

namespace winrmd::host {
namespace {

constexpr std::size_t mib = 1U << 20;

// Keeps what it allocates, until it gets no more.
void allocate_without_end() {
  std::vector<char*> all;
  for (;;) {
    all.push_back(new char[mib]);
    all.back()[0] = 1;
  }
}

class MemoryLimit : public testing::Test {
 protected:
  // What is tried out happens in children.
  void SetUp() override {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(limit_memory(1024) ? 0 : 1);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (status != 0) GTEST_SKIP() << "no limit under a sanitizer";
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }
};

TEST_F(MemoryLimit, EndsAProcessThatAllocatesWithoutEndAndTheLogSaysWhy) {
  EXPECT_EXIT(
      {
        limit_memory(300);
        allocate_without_end();
      },
      testing::KilledBySignal(SIGABRT), R"("message":"host_memory_limit","limit_mb":300)");
}

TEST_F(MemoryLimit, HoldsForEveryThreadAndIsReportedOnce) {
  EXPECT_EXIT(
      {
        limit_memory(300);
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) threads.emplace_back(allocate_without_end);
        for (auto& thread : threads) thread.join();
      },
      testing::KilledBySignal(SIGABRT), "^[^\n]*host_memory_limit[^\n]*\n$");
}

TEST_F(MemoryLimit, IsNotReachedByWhatFits) {
  EXPECT_EXIT(
      {
        limit_memory(300);
        std::vector<char> fits(150 * mib, 'x');
        ::_exit(fits.back() == 'x' ? 0 : 1);
      },
      testing::ExitedWithCode(0), "^$");
}

TEST_F(MemoryLimit, IsToldToCAsItAlwaysIs) {
  EXPECT_EXIT(
      {
        limit_memory(300);
        void* volatile memory = ::malloc(400 * mib);  // volatile, or the compiler leaves the call out
        ::_exit(memory == nullptr ? 0 : 1);
      },
      testing::ExitedWithCode(0), "^$");
}

TEST_F(MemoryLimit, LeavesTheHardLimitAndALowerOneAsTheyAre) {
  EXPECT_EXIT(
      {
        rlimit before{};
        ::getrlimit(RLIMIT_DATA, &before);
        limit_memory(300);
        rlimit after{};
        ::getrlimit(RLIMIT_DATA, &after);
        const bool set = after.rlim_cur == 300 * mib && after.rlim_max == before.rlim_max;
        limit_memory(400);
        ::getrlimit(RLIMIT_DATA, &after);
        ::_exit(set && after.rlim_cur == 300 * mib ? 0 : 1);
      },
      testing::ExitedWithCode(0), "^$");
}

TEST_F(MemoryLimit, ZeroIsNone) {
  EXPECT_EXIT(
      {
        const bool limited = limit_memory(0);
        std::vector<char> much(400 * mib, 'x');
        ::_exit(!limited && much.back() == 'x' ? 0 : 1);
      },
      testing::ExitedWithCode(0), "^$");
}

}  // namespace
}  // namespace winrmd::host

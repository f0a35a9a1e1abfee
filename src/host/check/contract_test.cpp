// Breaches on their way out, and the memory that catches who touches it.
#include "host/check/contract.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "host/check/guarded_memory.hpp"
#include "host/check/own_threads.hpp"
#include "host/core/address_space.hpp"
#include "host/core/call_pool.hpp"
#include "lib/ipc/socket.hpp"

namespace winrmd::host {
namespace {

class Contract : public ::testing::Test {
 protected:
  Contract() {
    auto pair = ipc::socket_pair();
    end_ = std::make_unique<ipc::Channel>(std::move(pair->first));
    contract::watch(std::move(pair->second));
    contract::take_reported();
  }
  ~Contract() override { contract::watch({}); }

  // Nothing: none has come.
  std::optional<ipc::Breach> next() {
    bool closed = false;
    const auto frame = end_->receive_now(closed);
    if (!frame || !*frame) return std::nullopt;
    const auto breach = ipc::decode<ipc::Breach>(**frame);
    EXPECT_TRUE(breach);
    return breach ? std::optional(*breach) : std::nullopt;
  }

  std::unique_ptr<ipc::Channel> end_;
};

TEST_F(Contract, ABreachArrivesAsItWasReported) {
  contract::report(contract::breach::completed_twice, "what", " and more");
  const auto breach = next();
  ASSERT_TRUE(breach);
  EXPECT_EQ(breach->kind, "completed-twice");
  EXPECT_EQ(breach->detail, "what and more");
  EXPECT_FALSE(next());
}

TEST_F(Contract, DetailsAreCutAtTheirLimit) {
  for (const std::size_t size : {contract::max_detail, contract::max_detail + 1, std::size_t{1} << 20}) {
    contract::report("kind", std::string(size, 'x'));
    EXPECT_EQ(next()->detail.size(), contract::max_detail) << size;
  }
  contract::report(std::string(1000, 'k'), std::string(contract::max_detail - 1, 'x'), "yz");
  const auto breach = next();
  EXPECT_EQ(breach->kind.size(), 64U);
  EXPECT_EQ(breach->detail.back(), 'y');
}

TEST_F(Contract, AThreadKnowsWhetherItHasReported) {
  EXPECT_FALSE(contract::take_reported());
  contract::report("kind", "here");
  std::thread([] { EXPECT_FALSE(contract::take_reported()); }).join();
  EXPECT_TRUE(contract::take_reported());
  EXPECT_FALSE(contract::take_reported());
}

TEST_F(Contract, NobodyWaitsForWhoDoesNotRead) {
  for (int i = 0; i < 100'000; ++i) contract::report("kind", "the socket is full at some time");
  int arrived = 0;
  while (next()) ++arrived;
  EXPECT_GT(arrived, 100);
  EXPECT_LT(arrived, 100'000);
  contract::report("kind", "and goes on");
  EXPECT_EQ(next()->detail, "and goes on");
}

TEST(ContractUnwatched, NothingIsReported) {
  EXPECT_FALSE(contract::watching());
  contract::take_reported();
  contract::report("kind", "detail");
  EXPECT_FALSE(contract::take_reported());
}

TEST(GuardedMemory, IsZeroedAndNeverTheSameTwice) {
  auto& memory = GuardedMemory::texts();
  std::set<void*> seen;
  for (int i = 0; i < 1000; ++i) {
    auto* const block = static_cast<char*>(memory.take(5000));
    ASSERT_NE(block, nullptr);
    EXPECT_TRUE(seen.insert(block).second);
    EXPECT_TRUE(memory.contains(block));
    EXPECT_EQ(block[0], 0);
    EXPECT_EQ(block[4999], 0);
    block[4999] = 'x';
    memory.give_back(block, 5000);
    memory.give_back(block, 5000);
  }
  EXPECT_FALSE(memory.contains(&seen));
  EXPECT_EQ(memory.take(std::size_t{1} << 50), nullptr);
}

TEST(GuardedMemoryDeathTest, WhoTouchesItLaterIsCaught) {
  auto* const block = static_cast<volatile char*>(GuardedMemory::texts().take(16));
  block[0] = 'x';
  GuardedMemory::texts().give_back(const_cast<char*>(block), 16);
  EXPECT_DEATH(block[0] = 'y', "");
}

TEST_F(Contract, SlotsAreGuardedWhileItIsWatched) {
  SlotSpace guarded(std::size_t{64} << 20);
  void* const slot = guarded.take();
  EXPECT_TRUE(GuardedMemory::structures().contains(slot));
  guarded.give_back(slot);
  contract::watch({});
  SlotSpace plain(std::size_t{64} << 20);
  void* const other = plain.take();
  EXPECT_FALSE(GuardedMemory::structures().contains(other));
  plain.give_back(other);
}

TEST_F(Contract, ThreadsThatAreNotTheHostsAreCounted) {
  own_threads::begin();
  own_threads::report_others();
  EXPECT_FALSE(next());
  std::atomic<bool> end = false;
  std::thread other([&end] { end.wait(false); });
  std::thread ours([&end] {
    own_threads::note();
    end.wait(false);
  });
  own_threads::report_others();
  const auto breach = next();
  end = true;
  end.notify_all();
  other.join();
  ours.join();
  ASSERT_TRUE(breach);
  EXPECT_EQ(breach->kind, "threads-left");
  EXPECT_TRUE(breach->detail.ends_with(": 1")) << breach->detail;
}

TEST(CallPoolFresh, EachCallComesOnAThreadOfItsOwn) {
  static thread_local int calls_of_this_thread = 0;
  std::atomic<int> most = 0;
  std::atomic<int> done = 0;
  CallPool pool(4, CallPool::Threads::fresh);
  for (int i = 0; i < 200; ++i) {
    pool.post([&] {
      most = std::max(most.load(), ++calls_of_this_thread);
      ++done;
      done.notify_all();
    });
  }
  for (int seen = done; seen < 200; seen = done) done.wait(seen);
  EXPECT_EQ(most, 1);
}

TEST(CallPoolFresh, NoMoreCallsRunAtATimeThanAllowed) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  {
    CallPool pool(3, CallPool::Threads::fresh);
    std::atomic<int> done = 0;
    for (int i = 0; i < 60; ++i) {
      pool.post([&] {
        const int now = ++running;
        int before = most;
        while (before < now && !most.compare_exchange_weak(before, now)) {
        }
        std::this_thread::yield();
        --running;
        ++done;
        done.notify_all();
      });
    }
    for (int seen = done; seen < 60; seen = done) done.wait(seen);
  }
  EXPECT_LE(most, 3);
}

}  // namespace
}  // namespace winrmd::host

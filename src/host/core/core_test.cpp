#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <set>
#include <thread>
#include <vector>

#include "host/core/address_space.hpp"
#include "host/core/agenda.hpp"
#include "host/core/call_pool.hpp"
#include "host/core/locale.hpp"
#include "host/core/plugin_text.hpp"

namespace winrmd::host {
namespace {

using namespace std::chrono_literals;

TEST(SlotSpace, NeverHandsOutAnAddressTwice) {
  SlotSpace space(std::size_t{256} << 20);
  std::set<void*> seen;
  for (int i = 0; i < 20'000; ++i) {
    void* const slot = space.take();
    ASSERT_NE(slot, nullptr);
    EXPECT_TRUE(seen.insert(slot).second);
    space.give_back(slot);
  }
}

TEST(SlotSpace, SlotsAreZeroedAndWritable) {
  SlotSpace space(std::size_t{256} << 20);
  for (int i = 0; i < 100; ++i) {
    auto* const bytes = static_cast<unsigned char*>(space.take());
    for (std::size_t k = 0; k < SlotSpace::slot_size; ++k) ASSERT_EQ(bytes[k], 0);
    std::fill_n(bytes, SlotSpace::slot_size, 0xFF);
    if (i % 2 == 0) space.give_back(bytes);
  }
}

TEST(SlotSpace, AllLiveSlotsKeepTheirContentWhenOthersGo) {
  SlotSpace space(std::size_t{256} << 20);
  std::vector<std::uint64_t*> kept;
  for (std::uint64_t i = 0; i < 30'000; ++i) {
    auto* const slot = static_cast<std::uint64_t*>(space.take());
    *slot = i;
    if (i % 1000 == 0) {
      kept.push_back(slot);
    } else {
      space.give_back(slot);
    }
  }
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(*kept[i], i * 1000);
}

TEST(SlotSpace, IsUsedUpInTheEnd) {
  SlotSpace space(std::size_t{64} << 20);
  std::size_t taken = 0;
  for (void* slot = space.take(); slot != nullptr; slot = space.take()) {
    ++taken;
    space.give_back(slot);
  }
  EXPECT_GE(taken, ((std::size_t{64} << 20) - (std::size_t{2} << 20)) / SlotSpace::slot_size);
  EXPECT_EQ(space.take(), nullptr);
}

TEST(HandleSpace, HandsOutDifferentValues) {
  HandleSpace space;
  EXPECT_NE(space.take(), space.take());
}

TEST(Langid, KnowsNamesRegionsAndLanguages) {
  EXPECT_EQ(langid("de-DE"), 0x0407);
  EXPECT_EQ(langid("de-CH"), 0x0807);
  EXPECT_EQ(langid("EN-gb"), 0x0809);
  EXPECT_EQ(langid("de-XX"), 0x0407);
  EXPECT_EQ(langid("zh-Hant-HK"), 0x0404);
  EXPECT_EQ(langid("fr"), 0x040C);
}

TEST(Langid, FallsBackToEnglish) {
  EXPECT_EQ(langid(""), default_langid);
  EXPECT_EQ(langid("x-klingon"), default_langid);
  EXPECT_EQ(langid("-"), default_langid);
  EXPECT_EQ(langid(std::string(100'000, 'q')), default_langid);
}

TEST(LocaleScope, BelongsToTheThreadAndEnds) {
  {
    const LocaleScope scope("de-DE");
    EXPECT_EQ(thread_langid(), 0x0407);
    EXPECT_EQ(thread_locale_name(), u"de-DE");
    std::thread([] { EXPECT_EQ(thread_langid(), default_langid); }).join();
  }
  EXPECT_EQ(thread_langid(), default_langid);
  EXPECT_TRUE(thread_locale_name().empty());
}

TEST(PluginText, ReplacesWhatIsNoUtf16) {
  const char16_t text[] = {u'a', 0xD800, u'b', 0xDC00, 0xD83D, 0xDE00, 0xD83D, 0};
  EXPECT_EQ(lenient_utf8(text, 100),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xF0\x9F\x98\x80\xEF\xBF\xBD");
}

TEST(PluginText, StopsAtTheLimit) {
  const std::u16string text(10, u'x');
  EXPECT_EQ(lenient_utf8(text.c_str(), 9).size(), 9U);
  EXPECT_EQ(lenient_utf8(text.c_str(), 10).size(), 10U);
  EXPECT_EQ(lenient_utf8(text.c_str(), 11).size(), 10U);
  EXPECT_FALSE(strict_utf8(text.c_str(), 9).has_value());
  EXPECT_EQ(strict_utf8(text.c_str(), 10), "xxxxxxxxxx");
}

TEST(PluginText, StrictTextIsRefusedWhenBroken) {
  const char16_t text[] = {0xD800, 0};
  EXPECT_FALSE(strict_utf8(text, 10).has_value());
  EXPECT_FALSE(strict_utf8(nullptr, 10).has_value());
  EXPECT_EQ(lenient_utf8(nullptr, 10), "");
}

TEST(Agenda, RunsWhatIsDueInOrder) {
  Waker waker;
  Agenda agenda(waker);
  std::string order;
  const auto now = Clock::now();
  agenda.at(now + 2ms, [&order] { order += 'b'; });
  agenda.at(now + 1ms, [&order] { order += 'a'; });
  agenda.at(now + 1h, [&order] { order += 'c'; });
  agenda.run_due(now + 3ms);
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(agenda.next(), now + 1h);
}

TEST(CallPool, RunsCallsSideBySideUpToItsLimit) {
  std::latch both(2);
  std::promise<void> done;
  CallPool pool(2);
  pool.post([&both] { both.arrive_and_wait(); });
  pool.post([&both, &done] {
    both.arrive_and_wait();
    done.set_value();
  });
  EXPECT_EQ(done.get_future().wait_for(10s), std::future_status::ready);
}

TEST(CallPool, TellsWhenEveryThreadIsStuck) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  std::latch entered(2);
  CallPool pool(2);
  pool.post([&] {
    entered.count_down();
    released.wait();
  });
  EXPECT_FALSE(pool.stuck_since(Clock::now()));
  pool.post([&] {
    entered.count_down();
    released.wait();
  });
  entered.wait();
  EXPECT_TRUE(pool.stuck_since(Clock::now() + 1ms));
  EXPECT_FALSE(pool.stuck_since(Clock::now() - 1h));
  release.set_value();
}

TEST(CallPool, ACallThatWaitsForAClientLeavesItsPlaceToAnother) {
  std::promise<void> second_ran;
  auto ran = second_ran.get_future();
  std::promise<bool> first_saw;
  CallPool pool(1);
  pool.post([&] {
    const CallPool::Waiting waiting(pool);
    first_saw.set_value(ran.wait_for(10s) == std::future_status::ready);
  });
  pool.post([&] { second_ran.set_value(); });
  EXPECT_TRUE(first_saw.get_future().get());
}

TEST(CallPool, TimeSpentWaitingForAClientIsNotThePlugins) {
  std::promise<void> waited;
  std::promise<void> leave;
  const auto left = leave.get_future().share();
  CallPool pool(1);
  const auto before = Clock::now();
  pool.post([&] {
    {
      const CallPool::Waiting waiting(pool);
      std::this_thread::sleep_for(20ms);
    }
    waited.set_value();
    left.wait();
  });
  waited.get_future().wait();
  EXPECT_FALSE(pool.stuck_since(before + 20ms));
  EXPECT_TRUE(pool.stuck_since(Clock::now() + 1ms));
  leave.set_value();
}

TEST(CallPool, IsIdleAgainAfterItsCalls) {
  std::atomic<int> count = 0;
  CallPool pool(3);
  for (int i = 0; i < 1000; ++i) pool.post([&count] { ++count; });
  while (!pool.idle()) std::this_thread::yield();
  EXPECT_EQ(count, 1000);
}

}  // namespace
}  // namespace winrmd::host

// Enumerations: the way of items from the plug-in to the client, and everything that may end them.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "host/resource/resources.hpp"
#include "host/testing/resource_host.hpp"

namespace winrmd::host::testing {
namespace {

using namespace std::chrono_literals;

// Reports `<i>0</i>` to `<i>count-1</i>` until it is told to stop, and completes.
std::function<void(WSMAN_PLUGIN_REQUEST*, const WSMAN_ENUMERATION_INFO*)> counting(int count) {
  return [count](WSMAN_PLUGIN_REQUEST* request, const WSMAN_ENUMERATION_INFO*) {
    for (int i = 0; i < count; ++i) {
      if (report_item(request, numbered(i)) != 0) break;
    }
    complete(request);
  };
}

class Enumerations : public ::testing::Test {
 protected:
  Enumerations() { script() = {}; }
  ~Enumerations() override { join(); }

  // Everything that is left, in pieces of `size`.
  static std::vector<std::string> pull_all(RunningHost& host, std::uint32_t size) {
    std::vector<std::string> objects;
    for (;;) {
      const auto items = host.ask<ipc::EnumerationItems>(enumeration_pull(size));
      EXPECT_LE(items.items.size(), size);
      for (const auto& item : items.items) objects.push_back(item.object);
      if (items.end || ::testing::Test::HasFailure()) return objects;
    }
  }
  void join() {
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  std::vector<std::thread> threads_;
};

TEST_F(Enumerations, ItemsComeInTheirOrderAndThenTheEnd) {
  script().enumerate = counting(25);
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  const auto objects = pull_all(host, 10);
  ASSERT_EQ(objects.size(), 25U);
  for (int i = 0; i < 25; ++i) EXPECT_EQ(objects[static_cast<std::size_t>(i)], "<i>" + std::to_string(i) + "</i>");
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_pull()).code, code_no_enumeration);
}

TEST_F(Enumerations, AnEmptyOneIsOpenedAndThenAtItsEnd) {
  script().enumerate = counting(0);
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  const auto items = host.ask<ipc::EnumerationItems>(enumeration_pull());
  EXPECT_TRUE(items.items.empty());
  EXPECT_TRUE(items.end);
}

TEST_F(Enumerations, TheLastItemBringsTheEndWithItWhenThePluginIsDone) {
  script().enumerate = counting(3);
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  const auto items = host.ask<ipc::EnumerationItems>(enumeration_pull(3));
  EXPECT_EQ(items.items.size(), 3U);
  if (!items.end) EXPECT_TRUE(host.ask<ipc::EnumerationItems>(enumeration_pull(3)).end);
}

TEST_F(Enumerations, OpeningIsAnsweredByTheFirstItem) {
  std::latch report{1};
  std::latch end{1};
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) {
    threads_.emplace_back([&, request] {
      report.wait();
      EXPECT_EQ(report_item(request, u"<i/>"), 0U);
      end.wait();
      complete(request);
    });
  };
  RunningHost host(resource_setup());
  const auto open = host.send(enumeration_open());
  EXPECT_TRUE(host.unanswered(open, 50ms));
  report.count_down();
  host.expect<ipc::Done>(open);
  EXPECT_EQ(host.ask<ipc::EnumerationItems>(enumeration_pull()).items.size(), 1U);
  end.count_down();
  EXPECT_TRUE(host.ask<ipc::EnumerationItems>(enumeration_pull()).end);
}

TEST_F(Enumerations, AnErrorBeforeTheFirstItemAnswersTheOpening) {
  script().enumerate = [](WSMAN_PLUGIN_REQUEST* request, auto*) { complete(request, 5, u"no"); };
  RunningHost host(resource_setup());
  const auto failed = host.ask<ipc::Failed>(enumeration_open());
  EXPECT_EQ(failed.code, 5U);
  EXPECT_EQ(failed.text, "no");
  EXPECT_TRUE(failed.from_plugin);
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_pull()).code, code_no_enumeration);
}

TEST_F(Enumerations, AnErrorComesAfterTheItemsBeforeIt) {
  script().enumerate = [](WSMAN_PLUGIN_REQUEST* request, auto*) {
    for (int i = 0; i < 3; ++i) report_item(request, numbered(i));
    complete(request, 5, u"broken disk");
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  const auto two = host.ask<ipc::EnumerationItems>(enumeration_pull(2));
  EXPECT_EQ(two.items.size(), 2U);
  EXPECT_FALSE(two.end);
  const auto one = host.ask<ipc::EnumerationItems>(enumeration_pull(2));
  EXPECT_EQ(one.items.size(), 1U);
  EXPECT_FALSE(one.end);
  const auto failed = host.ask<ipc::Failed>(enumeration_pull(2));
  EXPECT_EQ(failed.code, 5U);
  EXPECT_EQ(failed.text, "broken disk");
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_pull()).code, code_no_enumeration);
}

TEST_F(Enumerations, ThePluginIsToldWhatIsWanted) {
  std::vector<std::u16string> seen;
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, const WSMAN_ENUMERATION_INFO* info) {
    EXPECT_EQ(info->mode, WSMAN_ENUMERATE_OBJECT_AND_REFERENCE);
    ASSERT_NE(info->selectorFilter, nullptr);
    ASSERT_EQ(info->selectorFilter->numberKeys, 1U);
    seen.emplace_back(info->selectorFilter->keys[0].key);
    seen.emplace_back(info->selectorFilter->keys[0].value);
    seen.emplace_back(request->operationInfo->filter.filter);
    seen.emplace_back(request->operationInfo->filter.dialect);
    complete(request);
  };
  RunningHost host(resource_setup());
  auto open = enumeration_open("E", ipc::ItemKind::object_and_reference);
  open.selector_filter.emplace().push_back({.name = "State", .value = "on"});
  open.details.filter = ipc::Expression{.text = "<w:SelectorSet/>", .dialect = "urn:selector-filter"};
  host.ask<ipc::Done>(open);
  EXPECT_EQ(seen, (std::vector<std::u16string>{u"State", u"on", u"<w:SelectorSet/>", u"urn:selector-filter"}));
}

TEST_F(Enumerations, ASelectorFilterWithoutSelectorsIsNotNoFilter) {
  const WSMAN_SELECTOR_SET* filter = nullptr;
  DWORD keys = 99;
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, const WSMAN_ENUMERATION_INFO* info) {
    filter = info->selectorFilter;
    if (filter != nullptr) keys = filter->numberKeys;
    complete(request);
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open("E"));
  EXPECT_EQ(filter, nullptr);
  auto open = enumeration_open("F");
  open.selector_filter.emplace();
  host.ask<ipc::Done>(open);
  EXPECT_NE(filter, nullptr);
  EXPECT_EQ(keys, 0U);
}

TEST_F(Enumerations, EachModeTakesWhatItNeedsAndNoMore) {
  script().enumerate = [](WSMAN_PLUGIN_REQUEST* request, const WSMAN_ENUMERATION_INFO* info) {
    WSMAN_DATA object = text_data(u"<i/>");
    WSMAN_DATA broken = text_data(u"<i>");
    WSMAN_KEY key = {u"Name", u"a"};
    const WSMAN_RESOURCE_REFERENCE reference = {nullptr, {1, &key}};
    const WSMAN_RESOURCE_REFERENCE nameless = {u"", {0, nullptr}};
    const bool wants_object = info->mode != WSMAN_ENUMERATE_REFERENCE;
    const bool wants_reference = info->mode != WSMAN_ENUMERATE_OBJECT;
    EXPECT_EQ(WSManPluginReportItem(request, 0, &object, nullptr) == 0, !wants_reference);
    EXPECT_EQ(WSManPluginReportItem(request, 0, nullptr, &reference) == 0, !wants_object);
    EXPECT_EQ(WSManPluginReportItem(request, 0, &broken, &reference) == 0, !wants_object);
    EXPECT_EQ(WSManPluginReportItem(request, 0, &object, &nameless) == 0, !wants_reference);
    EXPECT_EQ(WSManPluginReportItem(request, 0, &object, &reference), 0U);
    complete(request);
  };
  RunningHost host(resource_setup());
  const auto last_of = [&host](ipc::ItemKind kind) {
    host.ask<ipc::Done>(enumeration_open("E", kind));
    return host.ask<ipc::EnumerationItems>(enumeration_pull(10)).items.back();
  };
  const auto object = last_of(ipc::ItemKind::object);
  EXPECT_EQ(object.object, "<i/>");
  EXPECT_FALSE(object.reference);
  const auto reference = last_of(ipc::ItemKind::reference);
  EXPECT_EQ(reference.object, "");
  ASSERT_TRUE(reference.reference);
  EXPECT_EQ(reference.reference->selectors.at(0).value, "a");
  EXPECT_EQ(reference.reference->resource_uri, "");
  const auto both = last_of(ipc::ItemKind::object_and_reference);
  EXPECT_EQ(both.object, "<i/>");
  EXPECT_TRUE(both.reference);
}

TEST_F(Enumerations, AnItemThatIsNoElementIsRefusedAndNothingIsSent) {
  script().enumerate = [](WSMAN_PLUGIN_REQUEST* request, auto*) {
    for (const auto* bad : {u"", u"x", u"<a>", u"<a/><b/>", u"<p:a/>", u"<!DOCTYPE a><a/>", u"<a>\xDFFF</a>"}) {
      EXPECT_EQ(report_item(request, bad), ERROR_INVALID_PARAMETER);
    }
    EXPECT_EQ(report_item(request, u"<good/>"), 0U);
    complete(request);
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  const auto objects = pull_all(host, 10);
  EXPECT_EQ(objects, std::vector<std::string>{"<good/>"});
}

TEST_F(Enumerations, APullWithoutAnItemTimesOutAndLosesNothing) {
  std::latch go{1};
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) {
    report_item(request, numbered(0));
    threads_.emplace_back([&, request] {
      go.wait();
      report_item(request, numbered(1));
      complete(request);
    });
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  EXPECT_EQ(host.ask<ipc::EnumerationItems>(enumeration_pull(1)).items.size(), 1U);
  auto short_pull = enumeration_pull(1);
  short_pull.wait_ms = 30;
  EXPECT_EQ(host.ask<ipc::Failed>(short_pull).code, code_timed_out);
  go.count_down();
  EXPECT_EQ(host.ask<ipc::EnumerationItems>(enumeration_pull(1)).items.at(0).object, "<i>1</i>");
}

TEST_F(Enumerations, APullThatWasTakenBackLeavesTheItemsToTheNext) {
  std::latch go{1};
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) {
    report_item(request, numbered(0));
    threads_.emplace_back([&, request] {
      go.wait();
      report_item(request, numbered(1));
      complete(request);
    });
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  host.ask<ipc::EnumerationItems>(enumeration_pull(1));
  const auto parked = host.send(enumeration_pull(1));
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_pull(1)).code, code_pull_in_progress);
  host.send_as(ipc::Cancel{}, parked);
  host.ask<ipc::Failed>(enumeration_pull(1, "nobody"));  // by then the host knows
  const auto next = host.send(enumeration_pull(1));
  go.count_down();
  EXPECT_EQ(host.expect<ipc::EnumerationItems>(next).items.at(0).object, "<i>1</i>");
  EXPECT_TRUE(host.unanswered(parked, 20ms));
}

TEST_F(Enumerations, AnAnswerHoldsAsMuchAsFitsButAlwaysOneItem) {
  script().enumerate = [](WSMAN_PLUGIN_REQUEST* request, auto*) {
    const std::u16string hundred = u"<i>" + std::u16string(93, u'x') + u"</i>";
    for (int i = 0; i < 5; ++i) report_item(request, hundred);
    complete(request);
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  const auto count = [&host](std::uint32_t bytes) {
    auto pull = enumeration_pull(100);
    pull.max_bytes = bytes;
    return host.ask<ipc::EnumerationItems>(pull).items.size();
  };
  EXPECT_EQ(count(200), 2U);
  EXPECT_EQ(count(199), 1U);
  EXPECT_EQ(count(1), 1U);
  EXPECT_EQ(count(0), 1U);
}

// A plug-in that reports one item over and over, in a thread of its own, until that is refused.
class Filling {
 public:
  explicit Filling(std::u16string item) : item_(std::move(item)) {}
  ~Filling() { end(); }

  void start(WSMAN_PLUGIN_REQUEST* request) {
    thread_ = std::thread([this, request] {
      DWORD code = 0;
      while ((code = report_item(request, item_)) == 0) ++reported_;
      last_ = code;
      complete(request);
    });
    started_.count_down();
  }
  // The number of reports when it has not moved for a while.
  int settled() {
    started_.wait();
    for (int seen = -1; seen != reported_;) {
      seen = reported_;
      std::this_thread::sleep_for(100ms);
    }
    return reported_;
  }
  // What refused the last report; waits for it.
  DWORD end() {
    started_.wait();
    if (thread_.joinable()) thread_.join();
    return last_;
  }

 private:
  std::u16string item_;
  std::atomic<int> reported_ = 0;
  std::atomic<DWORD> last_ = 0;
  std::latch started_{1};
  std::thread thread_;
};

TEST_F(Enumerations, APluginThatIsFarAheadWaitsAtTheLimitOfItems) {
  Filling plugin(u"<i/>");
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) { plugin.start(request); };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  EXPECT_EQ(plugin.settled(), static_cast<int>(max_held_items));
  EXPECT_EQ(host.ask<ipc::EnumerationItems>(enumeration_pull(1)).items.size(), 1U);
  EXPECT_EQ(plugin.settled(), static_cast<int>(max_held_items) + 1);
  host.send(enumeration_close());
}

TEST_F(Enumerations, APluginThatIsFarAheadWaitsAtTheLimitOfBytes) {
  constexpr std::size_t tenth = max_held_bytes / 10;
  Filling plugin(u"<i>" + std::u16string(tenth - 7, u'x') + u"</i>");
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) { plugin.start(request); };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  EXPECT_EQ(plugin.settled(), 10);
  host.send(enumeration_close());
}

TEST_F(Enumerations, OneItemAboveTheLimitOfBytesIsHeldAlone) {
  Filling plugin(u"<i>" + std::u16string(max_held_bytes, u'x') + u"</i>");
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) { plugin.start(request); };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  EXPECT_EQ(plugin.settled(), 1);
  EXPECT_EQ(host.ask<ipc::EnumerationItems>(enumeration_pull(10)).items.size(), 1U);
  EXPECT_EQ(plugin.settled(), 2);
  host.send(enumeration_close());
}

TEST_F(Enumerations, ClosingEndsAReportThatWaits) {
  Filling plugin(u"<i/>");
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) { plugin.start(request); };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  plugin.settled();
  host.send(enumeration_close());
  EXPECT_EQ(plugin.end(), static_cast<DWORD>(ERROR_OPERATION_ABORTED));
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_pull()).code, code_no_enumeration);
}

TEST_F(Enumerations, ClosingTellsThePluginAndRefusesThePullThatWaits) {
  std::latch told{1};
  WSMAN_PLUGIN_REQUEST* running = nullptr;
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) {
    running = request;
    WSManPluginRegisterShutdownCallback(
        request, [](void* latch) { static_cast<std::latch*>(latch)->count_down(); }, &told);
    report_item(request, u"<i/>");
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  host.ask<ipc::EnumerationItems>(enumeration_pull());
  const auto pull = host.send(enumeration_pull());
  host.send(enumeration_close());
  EXPECT_EQ(host.expect<ipc::Failed>(pull).code, code_aborted);
  told.wait();
  EXPECT_EQ(report_item(running, u"<i/>"), ERROR_OPERATION_ABORTED);
  EXPECT_EQ(complete(running), 0U);
  EXPECT_EQ(complete(running), ERROR_INVALID_PARAMETER);
}

TEST_F(Enumerations, CancellingTheOpeningClosesIt) {
  std::latch begun{1};
  std::latch told{1};
  WSMAN_PLUGIN_REQUEST* running = nullptr;
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) {
    running = request;
    WSManPluginRegisterShutdownCallback(
        request, [](void* latch) { static_cast<std::latch*>(latch)->count_down(); }, &told);
    begun.count_down();
  };
  RunningHost host(resource_setup());
  const auto open = host.send(enumeration_open());
  begun.wait();
  host.send_as(ipc::Cancel{}, open);
  told.wait();
  complete(running);
  EXPECT_TRUE(host.unanswered(open, 20ms));
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_pull()).code, code_no_enumeration);
}

TEST_F(Enumerations, TheHostStopsInTheMiddleOfOneThatWaits) {
  bool shut_down = false;
  Filling plugin(u"<i/>");
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) { plugin.start(request); };
  script().shutdown = [&](auto...) {
    shut_down = plugin.end() == ERROR_OPERATION_ABORTED;
    return 0U;
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  plugin.settled();
  EXPECT_EQ(host.stop(1), Exit::stopped);
  EXPECT_TRUE(shut_down);
}

TEST_F(Enumerations, AnEndThatNobodyHasFetchedHoldsNoStopUp) {
  script().enumerate = counting(3);
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  EXPECT_EQ(host.stop(1), Exit::stopped);
}

TEST_F(Enumerations, AnExceptionAfterItemsComesAfterThem) {
  script().enumerate = [](WSMAN_PLUGIN_REQUEST* request, auto*) {
    report_item(request, u"<i/>");
    throw 1;
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  EXPECT_EQ(host.ask<ipc::EnumerationItems>(enumeration_pull()).items.size(), 1U);
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_pull()).code, code_plugin_failed);
}

TEST_F(Enumerations, ReportsThatWaitTakeNoThreadFromOtherCalls) {
  auto setup = resource_setup();
  setup.call_threads = 1;
  script().enumerate = [](WSMAN_PLUGIN_REQUEST* request, auto*) {
    while (report_item(request, u"<i/>") == 0) {
    }
    complete(request);
  };
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    report_object(request, u"<x/>");
    complete(request);
  };
  RunningHost host(setup);
  host.ask<ipc::Done>(enumeration_open("A"));
  host.ask<ipc::Done>(enumeration_open("B"));
  host.ask<ipc::ResourceResult>(resource_call(ipc::Capability::get));
}

TEST_F(Enumerations, SeveralThreadsMayReportItemsOfOne) {
  constexpr int threads = 4;
  constexpr int each = 500;
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) {
    threads_.emplace_back([request] {
      std::vector<std::thread> workers;
      for (int t = 0; t < threads; ++t) {
        workers.emplace_back([request] {
          for (int i = 0; i < each; ++i) EXPECT_EQ(report_item(request, numbered(i)), 0U);
        });
      }
      for (auto& worker : workers) worker.join();
      complete(request);
    });
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  EXPECT_EQ(pull_all(host, 64).size(), std::size_t{threads} * each);
}

TEST_F(Enumerations, AsManyAreOpenAsTheLimitSaysAndNotOneMore) {
  script().enumerate = counting(1);
  RunningHost host(resource_setup());
  for (std::size_t i = 0; i < max_enumerations; ++i) host.ask<ipc::Done>(enumeration_open("E" + std::to_string(i)));
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_open("one more")).code, code_quota_operations);
  host.send(enumeration_close("E7"));
  host.ask<ipc::Done>(enumeration_open("another"));
}

TEST_F(Enumerations, OneThatIsClosedCountsUntilThePluginLetsGo) {
  std::vector<WSMAN_PLUGIN_REQUEST*> running;
  std::mutex mutex;
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) {
    const std::lock_guard lock(mutex);
    running.push_back(request);
    report_item(request, u"<i/>");
  };
  RunningHost host(resource_setup());
  for (std::size_t i = 0; i < max_enumerations; ++i) host.ask<ipc::Done>(enumeration_open("E" + std::to_string(i)));
  host.send(enumeration_close("E0"));
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_open("more")).code, code_quota_operations);
  for (auto* const request : running) complete(request);
  host.ask<ipc::Done>(enumeration_open("more"));
  complete(running.back());
}

TEST_F(Enumerations, ANameThatIsInUseIsRefused) {
  script().enumerate = counting(1);
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_open()).code, code_invalid_parameter);
  EXPECT_EQ(pull_all(host, 1).size(), 1U);
}

TEST_F(Enumerations, ParametersSpeakOfThePullThatWaits) {
  std::latch pulled{1};
  DWORD timeout = 0;
  DWORD largest = 0;
  script().enumerate = [&](WSMAN_PLUGIN_REQUEST* request, auto*) {
    report_item(request, u"<i/>");
    threads_.emplace_back([&, request] {
      pulled.wait();
      WSMAN_DATA data = {};
      EXPECT_EQ(WSManPluginGetOperationParameters(request, WSMAN_PLUGIN_PARAMS_TIMEOUT, &data), 0U);
      timeout = data.number;
      EXPECT_EQ(WSManPluginGetOperationParameters(request, WSMAN_PLUGIN_PARAMS_LARGEST_RESULT_SIZE, &data), 0U);
      largest = data.number;
      complete(request);
    });
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Done>(enumeration_open());
  auto pull = enumeration_pull(1);
  pull.wait_ms = 12'345;
  pull.max_bytes = 54'321;
  host.ask<ipc::EnumerationItems>(pull);
  pulled.count_down();
  join();
  EXPECT_EQ(timeout, 12'345U);
  EXPECT_EQ(largest, 54'321U);
}

}  // namespace
}  // namespace winrmd::host::testing

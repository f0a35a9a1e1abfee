// wsman::Operation: one end, whoever comes first, and no call after it.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>
#include <wsman.hpp>

#include "host/wsmsvc/testing/fake_backend.hpp"

namespace {

using winrmd::wsmsvc::FakeBackend;

class OperationTest : public testing::Test {
 protected:
  FakeBackend host;
  WSMAN_PLUGIN_REQUEST request = {};
};

using AnOperation = OperationTest;

TEST_F(AnOperation, that_is_dropped_completes_with_an_error_when_its_last_copy_goes) {
  {
    const wsman::Operation operation(&request);
    {
      const auto copy = operation;
    }
    EXPECT_TRUE(host.completions.empty());
  }
  ASSERT_EQ(host.completions.size(), 1U);
  EXPECT_EQ(host.completions[0].code, ERROR_INTERNAL_ERROR);
  EXPECT_EQ(host.completions[0].text, u"The plug-in dropped the operation.");
}

TEST_F(AnOperation, that_is_dropped_after_it_was_told_to_end_is_aborted) {
  {
    const wsman::Operation operation(&request), other = operation;
    request.shutdownNotification = TRUE;
  }
  ASSERT_EQ(host.completions.size(), 1U);
  EXPECT_EQ(host.completions[0].code, ERROR_OPERATION_ABORTED);
  EXPECT_EQ(host.completions[0].text, u"");
}

TEST_F(AnOperation, completes_once) {
  const wsman::Operation operation(&request);
  const auto copy = operation;
  EXPECT_FALSE(operation.is_complete());
  EXPECT_TRUE(copy.complete(ERROR_ACCESS_DENIED, u"why"));
  EXPECT_FALSE(operation.complete());
  EXPECT_TRUE(operation.is_complete());
  EXPECT_TRUE(operation.is_ending());
  EXPECT_EQ(operation.call([](WSMAN_PLUGIN_REQUEST*) { return DWORD{NO_ERROR}; }), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(operation.free_details(), ERROR_INVALID_PARAMETER);
  EXPECT_FALSE(operation.on_end([](const wsman::Operation&) {}));
  ASSERT_EQ(host.completions.size(), 1U);
  EXPECT_EQ(host.completions[0].code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(host.completions[0].text, u"why");
}

TEST_F(AnOperation, of_no_request_does_nothing) {
  const wsman::Operation none;
  const wsman::Operation of_null(nullptr);
  for (const auto& operation : {none, of_null}) {
    EXPECT_FALSE(operation);
    EXPECT_FALSE(operation.complete());
    EXPECT_TRUE(operation.is_complete());
    EXPECT_EQ(operation.details(), nullptr);
    EXPECT_EQ(operation.free_details(), ERROR_INVALID_PARAMETER);
  }
  EXPECT_TRUE(host.completions.empty());
}

TEST_F(AnOperation, is_completed_by_the_last_of_the_calls_that_are_under_way) {
  const wsman::Operation operation(&request);
  operation.call([&](WSMAN_PLUGIN_REQUEST*) {
    const std::u16string text = u"kept";
    EXPECT_TRUE(operation.complete(ERROR_ACCESS_DENIED, text.c_str()));
    EXPECT_TRUE(host.completions.empty()) << "the pointer is still in use";
    EXPECT_TRUE(operation.is_complete());
    return DWORD{NO_ERROR};
  });
  ASSERT_EQ(host.completions.size(), 1U);
  EXPECT_EQ(host.completions[0].code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(host.completions[0].text, u"kept");
}

TEST_F(AnOperation, tells_once_that_it_is_to_end) {
  const wsman::Operation operation(&request);
  int told = 0;
  EXPECT_TRUE(operation.on_end([&](const wsman::Operation& it) {
    ++told;
    it.complete(ERROR_OPERATION_ABORTED);
  }));
  EXPECT_FALSE(operation.on_end([](const wsman::Operation&) { FAIL(); })) << "one is enough";
  EXPECT_FALSE(operation.is_ending());
  host.shut_down(&request);
  EXPECT_EQ(told, 1);
  EXPECT_EQ(host.completions.size(), 1U);
}

TEST_F(AnOperation, gives_back_what_its_function_holds_when_it_is_complete) {
  const auto held = std::make_shared<int>(1);
  const wsman::Operation operation(&request);
  operation.on_end([held](const wsman::Operation&) {});
  EXPECT_EQ(held.use_count(), 2);
  operation.complete();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(AnOperation, takes_what_its_function_throws_as_the_answer) {
  const wsman::Operation operation(&request);
  operation.on_end([](const wsman::Operation&) { throw wsman::Error(ERROR_INVALID_DATA, u"text"); });
  host.shut_down(&request);
  ASSERT_EQ(host.completions.size(), 1U);
  EXPECT_EQ(host.completions[0].code, ERROR_INVALID_DATA);
  EXPECT_EQ(host.completions[0].text, u"text");
}

TEST_F(AnOperation, knows_that_it_is_to_end_also_without_its_details) {
  const wsman::Operation operation(&request);
  operation.on_end([](const wsman::Operation&) {});
  EXPECT_EQ(operation.free_details(), NO_ERROR);
  EXPECT_EQ(operation.free_details(), ERROR_INVALID_PARAMETER) << "once";
  EXPECT_EQ(host.freed.size(), 1U);
  request.shutdownNotification = TRUE;  // not to be read any more
  EXPECT_FALSE(operation.is_ending());
  host.shut_down(&request);
  EXPECT_TRUE(operation.is_ending());
  operation.complete();
}

TEST_F(AnOperation, says_what_the_request_says) {
  WSMAN_SENDER_DETAILS sender = {u"alice", u"Basic", nullptr, nullptr, u"http://host/wsman"};
  WSMAN_OPTION options[] = {{u"WINRS_NOPROFILE", u"TRUE", FALSE}};
  WSMAN_OPERATION_INFO info = {};
  info.optionSet.options = options;
  info.optionSet.optionsCount = 1;
  request.senderDetails = &sender;
  request.operationInfo = &info;
  request.locale = u"de-DE";
  request.resourceUri = u"urn:x";
  const wsman::Request it(&request);
  EXPECT_EQ(it.user(), u"alice");
  EXPECT_EQ(it.locale(), u"de-DE");
  EXPECT_EQ(it.resource(), u"urn:x");
  EXPECT_EQ(it.option(u"winrs_noprofile"), u"TRUE");
  EXPECT_EQ(it.option(u"other"), std::nullopt);
  it.complete();
}

TEST_F(AnOperation, ends_once_when_many_threads_use_it_and_end_it) {
  for (int round = 0; round < 200; ++round) {
    WSMAN_PLUGIN_REQUEST one = {};
    std::atomic<int> ended = 0;
    {
      const wsman::Receive receive(&one, nullptr);
      receive.on_end([&](const wsman::Operation& it) { ended += it.complete() ? 1 : 0; });
      std::vector<std::thread> threads;
      for (int i = 0; i < 3; ++i) {
        threads.emplace_back([receive, &ended] {
          while (receive.write(WSMAN_STREAM_ID_STDOUT, "x") == NO_ERROR) std::this_thread::yield();
          ended += receive.complete() ? 1 : 0;
        });
      }
      threads.emplace_back([&] { host.shut_down(&one); });
      for (auto& thread : threads) thread.join();
    }
    EXPECT_EQ(ended, 1);
    EXPECT_TRUE(host.is_complete(&one));
    EXPECT_EQ(host.completions.size(), static_cast<std::size_t>(round) + 1);
  }
}

TEST(Text, is_converted_strictly_both_ways) {
  EXPECT_EQ(wsman::to_utf8(u"grüß \U0001F600"), "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80");
  EXPECT_EQ(wsman::to_wide("gr\xC3\xBC\xC3\x9F"), u"grüß");
  EXPECT_EQ(wsman::to_utf8(u""), "");
  EXPECT_EQ(wsman::to_wide(""), u"");
  const WCHAR lone[] = {u'a', static_cast<WCHAR>(0xD800)};
  EXPECT_EQ(wsman::to_utf8({lone, 2}), std::nullopt);
  EXPECT_EQ(wsman::to_wide("\x80"), std::nullopt);
  EXPECT_TRUE(wsman::equal_no_case(u"StdOut", u"STDOUT"));
  EXPECT_FALSE(wsman::equal_no_case(u"std", u"STDOUT"));
  EXPECT_FALSE(wsman::equal_no_case(u"[", u"{"));
}

TEST(Parameters, are_found_by_name_and_unescaped) {
  const std::string xml =
      "<InitializationParameters><Param Name=\"a&amp;b\" Value=\"x &lt;&gt;&#228;&#x1F600;&quot;&apos;\"/>"
      "<Param Value='single \"' Name='two'/><Parameter Name=\"no\" Value=\"1\"/></InitializationParameters>";
  EXPECT_EQ(wsman::find_parameter(xml, "a&b"), "x <>\xC3\xA4\xF0\x9F\x98\x80\"'");
  EXPECT_EQ(wsman::find_parameter(xml, "two"), "single \"");
  EXPECT_EQ(wsman::find_parameter(xml, "no"), std::nullopt);
  EXPECT_EQ(wsman::find_parameter("", "x"), std::nullopt);
}

TEST(Parameters, of_another_shape_are_not_found) {
  for (const std::string bad :
       {"&", "&;", "&#;", "&#x;", "&#0;", "&#xD800;", "&#1114112;", "&#x110000;", "&nbsp;", "&#12z;", "&lt"}) {
    EXPECT_EQ(wsman::find_parameter("<Param Name=\"x\" Value=\"" + bad + "\"/>", "x"), std::nullopt) << bad;
  }
  for (const char* xml : {"<Param Name=\"x\"/>", "<Param Name=\"x\" Value=\"x", "<Param Name=\"x\" Value=",
                          "<Params Name=\"x\" Value=\"x\"/>", "<Param Name=\"x\"><Other Value=\"x\"/></Param>"}) {
    EXPECT_EQ(wsman::find_parameter(xml, "x"), std::nullopt) << xml;
  }
}

}  // namespace

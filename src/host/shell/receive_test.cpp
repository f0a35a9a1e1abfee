// Output on its way from a plug-in to clients: the rules of WSManPluginReceiveResult and of rsp:Receive.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {
namespace {

using namespace std::chrono_literals;

DWORD output(WSMAN_PLUGIN_REQUEST* request, std::string text, DWORD flags = 0, PCWSTR stream = WSMAN_STREAM_ID_STDOUT) {
  WSMAN_DATA data{};
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.data = reinterpret_cast<BYTE*>(text.data());
  data.binaryData.dataLength = static_cast<DWORD>(text.size());
  return WSManPluginReceiveResult(request, flags, stream, &data, nullptr, 0);
}

DWORD report_state(WSMAN_PLUGIN_REQUEST* request, PCWSTR state, DWORD exit_code = 0) {
  return WSManPluginReceiveResult(request, 0, nullptr, nullptr, state, exit_code);
}

void done(WSMAN_PLUGIN_REQUEST* request, DWORD code = 0, PCWSTR text = nullptr) {
  EXPECT_EQ(WSManPluginOperationComplete(request, 0, code, text), 0U);
}

class Receive : public ::testing::Test {
 protected:
  Receive() {
    script_plain_shell();
    script().receive = [this](WSMAN_PLUGIN_REQUEST* request, PVOID, auto*) {
      ++receives_;
      WSManPluginRegisterShutdownCallback(
          request,
          [](void* it) { WSManPluginOperationComplete(static_cast<WSMAN_PLUGIN_REQUEST*>(it), 0, 995, nullptr); },
          request);
      begun_.set_value(request);
    };
  }

  // A command whose Receive was begun and timed out once, so that nothing is parked.
  WSMAN_PLUGIN_REQUEST* begin() {
    host_.ask<ipc::ShellCreated>(shell_create());
    host_.ask<ipc::Done>(command_create());
    EXPECT_EQ(host_.ask<ipc::Failed>(stream_receive("C", 1)).code, code_timed_out);
    return begun_.get_future().get();
  }

  std::atomic<int> receives_ = 0;
  std::promise<WSMAN_PLUGIN_REQUEST*> begun_;
  RunningHost host_{operations_setup()};
};

TEST_F(Receive, TheEntryPointIsCalledOnceForTheWholeLifeOfACommand) {
  auto* const request = begin();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(output(request, "x", WSMAN_FLAG_RECEIVE_FLUSH), 0U);
    EXPECT_EQ(text_of(host_.ask<ipc::Received>(stream_receive()), "stdout"), "x");
  }
  EXPECT_EQ(receives_, 1);
}

TEST_F(Receive, OutputAndExitCodeThatComeWithinAMomentTravelTogether) {
  auto* const request = begin();
  const auto parked = host_.send(stream_receive());
  EXPECT_EQ(output(request, "a"), 0U);
  EXPECT_EQ(output(request, "b", 0, WSMAN_STREAM_ID_STDERR), 0U);
  EXPECT_EQ(report_state(request, WSMAN_COMMAND_STATE_DONE, 9), 0U);
  const auto got = host_.expect<ipc::Received>(parked);
  EXPECT_EQ(text_of(got, "stdout"), "a");
  EXPECT_EQ(text_of(got, "stderr"), "b");
  EXPECT_EQ(got.exit_code, 9U);
  EXPECT_EQ(got.state, state_done);
}

// The client left while its answer was on the way: the Cancel says so whichever came first.
TEST_F(Receive, CancelGivesBackAnAnswerThatNobodyTook) {
  auto* const request = begin();
  EXPECT_EQ(output(request, "x", WSMAN_FLAG_RECEIVE_FLUSH), 0U);
  const auto answered = host_.send(stream_receive());
  EXPECT_EQ(text_of(host_.expect<ipc::Received>(answered), "stdout"), "x");
  host_.send_as(ipc::Cancel{}, answered);
  const auto again = host_.send(stream_receive());
  EXPECT_EQ(text_of(host_.expect<ipc::Received>(again), "stdout"), "x");
  host_.send_as(ipc::Cancel{}, answered);  // long over
  EXPECT_EQ(host_.ask<ipc::Failed>(stream_receive("C", 1)).code, code_timed_out);
}

TEST_F(Receive, OutputAloneIsHeldOnlyShortly) {
  auto* const request = begin();
  const auto parked = host_.send(stream_receive());
  const auto began = Clock::now();
  EXPECT_EQ(output(request, "a"), 0U);
  const auto got = host_.expect<ipc::Received>(parked);
  EXPECT_GE(Clock::now() - began, hold_time);
  EXPECT_LT(Clock::now() - began, 5s);
  EXPECT_EQ(got.state, state_running);
}

TEST_F(Receive, NothingIsConsumedByATimeOut) {
  auto* const request = begin();
  const auto began = Clock::now();
  EXPECT_EQ(host_.ask<ipc::Failed>(stream_receive("C", 60)).code, code_timed_out);
  EXPECT_GE(Clock::now() - began, 60ms);
  EXPECT_EQ(output(request, "later"), 0U);
  EXPECT_EQ(text_of(host_.ask<ipc::Received>(stream_receive()), "stdout"), "later");
}

TEST_F(Receive, NothingIsConsumedByACancelledReceive) {
  auto* const request = begin();
  const auto parked = host_.send(stream_receive());
  host_.send_as(ipc::Cancel{}, parked);
  const auto next = host_.send(stream_receive());
  EXPECT_EQ(output(request, "kept"), 0U);
  EXPECT_EQ(text_of(host_.expect<ipc::Received>(next), "stdout"), "kept");
  EXPECT_TRUE(host_.unanswered(parked, 1ms));
}

TEST_F(Receive, ASecondReceiveAtATimeIsBusy) {
  begin();
  const auto first = host_.send(stream_receive("C", 300));
  EXPECT_EQ(host_.ask<ipc::Failed>(stream_receive()).code, code_busy);
  EXPECT_EQ(host_.expect<ipc::Failed>(first).code, code_timed_out);
}

TEST_F(Receive, AnUndeliveredAnswerComesAgainEvenToAReceiveThatWaitsAlready) {
  auto* const request = begin();
  EXPECT_EQ(output(request, "lost"), 0U);
  const auto lost = host_.ask<ipc::Received>(stream_receive());
  const auto parked = host_.send(stream_receive());
  ipc::Undelivered undelivered;
  undelivered.shell = "S";
  undelivered.command = "C";
  undelivered.sequence = lost.sequence;
  host_.send_as(undelivered, 0);
  EXPECT_EQ(text_of(host_.expect<ipc::Received>(parked), "stdout"), "lost");
}

TEST_F(Receive, AnUndeliveredDoneComesAgain) {
  auto* const request = begin();
  EXPECT_EQ(report_state(request, WSMAN_COMMAND_STATE_DONE, 4), 0U);
  const auto lost = host_.ask<ipc::Received>(stream_receive());
  EXPECT_EQ(host_.ask<ipc::Failed>(stream_receive()).code, code_unexpected_selectors);
  ipc::Undelivered undelivered;
  undelivered.shell = "S";
  undelivered.command = "C";
  undelivered.sequence = lost.sequence;
  host_.send_as(undelivered, 0);
  EXPECT_EQ(host_.ask<ipc::Received>(stream_receive()).exit_code, 4U);
}

TEST_F(Receive, B8_BrokenPairsAndUnknownFlagsAreRefused) {
  auto* const request = begin();
  WSMAN_DATA data{};
  data.type = WSMAN_DATA_TYPE_BINARY;
  EXPECT_EQ(WSManPluginReceiveResult(nullptr, 0, nullptr, nullptr, nullptr, 0), 87U);
  EXPECT_EQ(WSManPluginReceiveResult(request, 8, nullptr, nullptr, nullptr, 0), 87U);
  EXPECT_EQ(WSManPluginReceiveResult(request, 0, WSMAN_STREAM_ID_STDOUT, nullptr, nullptr, 0), 87U);
  EXPECT_EQ(WSManPluginReceiveResult(request, 0, nullptr, &data, nullptr, 0), 87U);
  EXPECT_EQ(WSManPluginReceiveResult(request, 1, nullptr, nullptr, WSMAN_COMMAND_STATE_RUNNING, 0), 87U);
  EXPECT_EQ(output(request, "x", 0, WSMAN_TEXT("other")), 87U);
  EXPECT_EQ(output(request, "x", 0, std::u16string(max_chunk, u'x').c_str()), 87U);
  data.type = WSMAN_DATA_TYPE_TEXT;
  EXPECT_EQ(WSManPluginReceiveResult(request, 0, WSMAN_STREAM_ID_STDOUT, &data, nullptr, 0), 87U);
  EXPECT_EQ(report_state(request, WSMAN_COMMAND_STATE_RUNNING), 0U);
  EXPECT_EQ(output(request, "still works"), 0U);
}

TEST_F(Receive, B8_NoMoreDataEndsOneStream) {
  auto* const request = begin();
  EXPECT_EQ(output(request, "all", WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA | WSMAN_FLAG_RECEIVE_FLUSH), 0U);
  const auto got = host_.ask<ipc::Received>(stream_receive());
  ASSERT_EQ(got.chunks.size(), 2U);
  EXPECT_TRUE(got.chunks[1].end);
  EXPECT_EQ(got.state, state_running);
}

TEST_F(Receive, O3_NothingCanBeReportedAfterTheEnd) {
  auto* const request = begin();
  EXPECT_EQ(report_state(request, WSMAN_COMMAND_STATE_DONE, 0), 0U);
  EXPECT_EQ(output(request, "late"), 87U);
  done(request);
  EXPECT_EQ(output(request, "later"), 87U);
  EXPECT_EQ(WSManPluginOperationComplete(request, 0, 0, nullptr), 87U);
}

TEST_F(Receive, ACompletedReceiveIsDoneWithTheRemainingData) {
  auto* const request = begin();
  EXPECT_EQ(output(request, "rest"), 0U);
  done(request);
  const auto got = host_.ask<ipc::Received>(stream_receive());
  EXPECT_EQ(text_of(got, "stdout"), "rest");
  EXPECT_EQ(got.state, state_done);
  EXPECT_EQ(got.exit_code, 0U);
}

TEST_F(Receive, B9_AnErrorDiscardsUnsentData) {
  auto* const request = begin();
  EXPECT_EQ(output(request, "rest"), 0U);
  done(request, 0x80070005, WSMAN_TEXT("denied"));
  const auto failed = host_.ask<ipc::Failed>(stream_receive());
  EXPECT_EQ(failed.code, 0x80070005U);
  EXPECT_EQ(failed.text, "denied");
  EXPECT_TRUE(failed.from_plugin);
  EXPECT_EQ(host_.ask<ipc::Failed>(stream_receive()).code, code_unexpected_selectors);
}

TEST_F(Receive, AFastProducerWaitsForTheClientAndLosesNothing) {
  auto* const request = begin();
  constexpr std::size_t total = 5U << 20;
  std::atomic<bool> finished = false;
  std::thread producer([&] {
    EXPECT_EQ(output(request, std::string(total, 'p')), 0U);
    finished = true;
    EXPECT_EQ(report_state(request, WSMAN_COMMAND_STATE_DONE, 0), 0U);
    done(request);
  });
  std::size_t got = text_of(host_.ask<ipc::Received>(stream_receive()), "stdout").size();
  EXPECT_FALSE(finished);
  for (;;) {
    const auto answer = host_.ask<ipc::Received>(stream_receive());
    for (const auto& chunk : answer.chunks) {
      EXPECT_LE(chunk.data.size(), max_chunk);
      got += chunk.data.size();
    }
    if (answer.state == state_done || HasFailure()) break;
  }
  producer.join();
  EXPECT_EQ(got, total);
}

TEST_F(Receive, ADeletedShellWakesAProducerThatWaits) {
  auto* const request = begin();
  DWORD result = 0;
  std::thread producer([&] { result = output(request, std::string(3U << 20, 'p')); });
  host_.ask<ipc::Received>(stream_receive());  // it has begun, and there is room for half of it at most
  ipc::ShellDelete remove;
  remove.shell = "S";
  host_.ask<ipc::Done>(remove);
  producer.join();
  EXPECT_EQ(result, code_aborted);
}

TEST_F(Receive, ATerminatedCommandWakesAProducerThatWaits) {
  auto* const request = begin();
  DWORD result = 0;
  std::thread producer([&] { result = output(request, std::string(3U << 20, 'p')); });
  host_.ask<ipc::Received>(stream_receive());  // it has begun, and there is room for half of it at most
  host_.ask<ipc::Done>(signal_terminate());
  producer.join();
  EXPECT_EQ(result, code_aborted);
}

TEST_F(Receive, WhatWaitsOnADeletedShellIsAborted) {
  begin();
  const auto parked = host_.send(stream_receive());
  ipc::ShellDelete remove;
  remove.shell = "S";
  host_.ask<ipc::Done>(remove);
  EXPECT_EQ(host_.expect<ipc::Failed>(parked).code, code_aborted);
}

TEST_F(Receive, WhatWaitsOnATerminatedCommandIsAborted) {
  begin();
  const auto parked = host_.send(stream_receive());
  host_.ask<ipc::Done>(signal_terminate());
  EXPECT_EQ(host_.expect<ipc::Failed>(parked).code, code_aborted);
  EXPECT_EQ(host_.ask<ipc::Failed>(stream_receive()).code, code_unexpected_selectors);
}

TEST_F(Receive, UnknownStreamsAreRefused) {
  begin();
  auto message = stream_receive();
  message.streams = {"stdout", "other"};
  EXPECT_EQ(host_.ask<ipc::Failed>(message).code, code_invalid_output_stream);
}

TEST_F(Receive, AnswersStayWithinWhatTheClientTakes) {
  auto* const request = begin();
  EXPECT_EQ(output(request, std::string(100'000, 'x')), 0U);
  auto message = stream_receive();
  message.max_data = 40'000;
  std::size_t got = 0;
  for (int i = 0; i < 3; ++i) {
    const auto size = text_of(host_.ask<ipc::Received>(message), "stdout").size();
    EXPECT_LE(size, 40'000U);
    got += size;
  }
  EXPECT_EQ(got, 100'000U);
}

TEST_F(Receive, TheOutputOfACommandThatEndedEarlyCanStillBeFetched) {
  WSMAN_PLUGIN_REQUEST* command = nullptr;
  script().command = [&command](WSMAN_PLUGIN_REQUEST* request, auto...) {
    command = request;
    WSManPluginReportContext(request, 0, request);
  };
  auto* const request = begin();
  EXPECT_EQ(output(request, "out"), 0U);
  EXPECT_EQ(report_state(request, WSMAN_COMMAND_STATE_DONE, 2), 0U);
  done(request);
  done(command);
  EXPECT_EQ(host_.expect_event<ipc::CommandEnded>().command, "C");
  host_.ask<ipc::Done>(stream_send("too late"));
  const auto got = host_.ask<ipc::Received>(stream_receive());
  EXPECT_EQ(text_of(got, "stdout"), "out");
  EXPECT_EQ(got.exit_code, 2U);
  host_.ask<ipc::Done>(signal_terminate());
  EXPECT_EQ(host_.ask<ipc::Failed>(signal_terminate()).code, code_unexpected_selectors);
}

TEST_F(Receive, ACtrlCOnAFinishedCommandForgetsItAndOnARunningOneDoesNot) {
  auto* const request = begin();
  auto ctrl_c = signal_terminate();
  ctrl_c.code = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/ctrl_c";
  host_.ask<ipc::Done>(ctrl_c);
  EXPECT_EQ(output(request, "on"), 0U);
  EXPECT_EQ(report_state(request, WSMAN_COMMAND_STATE_DONE, 0), 0U);
  host_.ask<ipc::Done>(ctrl_c);  // not delivered yet
  EXPECT_EQ(text_of(host_.ask<ipc::Received>(stream_receive()), "stdout"), "on");
  host_.ask<ipc::Done>(ctrl_c);
  EXPECT_EQ(host_.ask<ipc::Failed>(ctrl_c).code, code_unexpected_selectors);
}

}  // namespace
}  // namespace winrmd::host::testing

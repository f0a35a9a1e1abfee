#include "host/shell/output.hpp"

#include <gtest/gtest.h>

#include <string>

namespace winrmd::host {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> both{"stdout", "stderr"};
const Clock::time_point start = Clock::time_point() + 1h;
constexpr std::size_t plenty = 100'000;

std::string text_of(const ipc::Received& answer, std::string_view stream) {
  std::string text;
  for (const auto& chunk : answer.chunks) {
    if (chunk.stream == stream) text += chunk.data;
  }
  return text;
}

std::size_t ends_of(const ipc::Received& answer) {
  std::size_t ends = 0;
  for (const auto& chunk : answer.chunks) ends += chunk.end ? 1 : 0;
  return ends;
}

TEST(Output, KeepsTheOrderOfArrivalAcrossStreams) {
  Output output(both);
  output.add("stdout", "1", {}, start);
  output.add("stderr", "2", {}, start);
  output.add("stdout", "3", {}, start);
  const auto answer = output.take(both, plenty);
  ASSERT_EQ(answer.chunks.size(), 3U);
  EXPECT_EQ(answer.chunks[0].data, "1");
  EXPECT_EQ(answer.chunks[1].data, "2");
  EXPECT_EQ(answer.chunks[2].data, "3");
  EXPECT_EQ(answer.state, state_running);
  EXPECT_FALSE(answer.exit_code.has_value());
}

// Streams that take turns byte by byte: an answer full of elements must not be many times its size.
TEST(Output, EveryElementOfAnAnswerCostsRoom) {
  Output output(both);
  for (std::size_t i = 0; i < 50'000; ++i) output.add(both[i % 2], "x", {}, start);
  std::size_t bytes = 0;
  for (std::uint64_t sequence = 1; bytes < 50'000; ++sequence) {
    const auto answer = output.take(both, plenty);
    ASSERT_FALSE(answer.chunks.empty());
    EXPECT_LE(answer.chunks.size(), plenty / element_cost + 1);
    bytes += answer.chunks.size();
    EXPECT_EQ(answer.sequence, sequence);
  }
  EXPECT_FALSE(output.anything_for(both));
}

TEST(Output, HoldsFreshOutputForMore) {
  Output output(both);
  output.add("stdout", "a", {}, start);
  EXPECT_FALSE(output.decide(both, plenty, start + hold_time - 1ms).answer);
  EXPECT_EQ(output.decide(both, plenty, start).look_again, start + hold_time);
  EXPECT_TRUE(output.decide(both, plenty, start + hold_time).answer);
}

TEST(Output, NeverHoldsLongerThanTheLimit) {
  Output output(both);
  for (auto now = start; now < start + hold_limit; now += 10ms) {
    output.add("stdout", "a", {}, now);
    EXPECT_FALSE(output.decide(both, plenty, now).answer);
  }
  output.add("stdout", "a", {}, start + hold_limit);
  EXPECT_TRUE(output.decide(both, plenty, start + hold_limit).answer);
}

TEST(Output, FlushAnswersAtOnce) {
  Output output(both);
  output.add("stdout", "a", {.flush = true}, start);
  EXPECT_TRUE(output.decide(both, plenty, start).answer);
  output.take(both, plenty);
  output.add("stdout", "b", {}, start);
  EXPECT_FALSE(output.decide(both, plenty, start).answer);
}

TEST(Output, AFullAnswerGoesAtOnce) {
  Output output(both);
  output.add("stdout", "12345", {}, start);
  EXPECT_FALSE(output.decide(both, 6, start).answer);
  EXPECT_TRUE(output.decide(both, 5, start).answer);
}

TEST(Output, LastOutputAndExitCodeTravelTogether) {
  Output output(both);
  output.add("stdout", "bye", {}, start);
  output.set_state(state_done, 7);
  EXPECT_TRUE(output.decide(both, plenty, start).answer);
  const auto answer = output.take(both, plenty);
  EXPECT_EQ(text_of(answer, "stdout"), "bye");
  EXPECT_EQ(ends_of(answer), 2U);
  EXPECT_EQ(answer.state, state_done);
  EXPECT_EQ(answer.exit_code, 7U);
  EXPECT_TRUE(output.done_delivered());
}

TEST(Output, DoneWaitsForTheLastByte) {
  Output output(both);
  output.add("stdout", std::string(10, 'x'), {}, start);
  output.set_state(state_done, 0);
  const auto first = output.take(both, 6);
  EXPECT_EQ(first.state, state_running);
  EXPECT_EQ(ends_of(first), 0U);
  EXPECT_FALSE(output.done_delivered());
  const auto second = output.take(both, 6);
  EXPECT_EQ(text_of(first, "stdout") + text_of(second, "stdout"), std::string(10, 'x'));
  EXPECT_EQ(second.state, state_done);
}

TEST(Output, ChunksAreNeverLargerThanTheLimit) {
  Output output(both);
  output.add("stdout", std::string(max_chunk, 'a'), {}, start);
  output.add("stdout", "b", {}, start);
  const auto answer = output.take(both, 2 * max_chunk);
  ASSERT_EQ(answer.chunks.size(), 2U);
  EXPECT_EQ(answer.chunks[0].data.size(), max_chunk);
  EXPECT_EQ(answer.chunks[1].data, "b");
}

TEST(Output, ChunksBreakBetweenCharacters) {
  Output output(both);
  std::string text(max_chunk - 1, 'a');
  text += "\xC3\xA4z";  // a-umlaut across the border
  output.add("stdout", text, {}, start);
  const auto answer = output.take(both, plenty);
  ASSERT_EQ(answer.chunks.size(), 2U);
  EXPECT_EQ(answer.chunks[0].data.size(), max_chunk - 1);
  EXPECT_EQ(answer.chunks[1].data, "\xC3\xA4z");
}

TEST(Output, BytesThatAreNoTextAreCutAtTheLimit) {
  EXPECT_EQ(character_boundary(std::string(10, '\x80'), 5), 5U);
  EXPECT_EQ(character_boundary("\xF0\x9F\x98\x80", 2), 2U);
  EXPECT_EQ(character_boundary("ab\xF0\x9F\x98\x80", 4), 2U);
  EXPECT_EQ(character_boundary("abc", 3), 3U);
}

TEST(Output, ARoomIsFullAtItsLimitOnly) {
  Output output(both);
  output.add("stdout", std::string(max_held_per_stream - 1, 'a'), {}, start);
  EXPECT_TRUE(output.has_room("stdout"));
  output.add("stdout", "a", {}, start);
  EXPECT_FALSE(output.has_room("stdout"));
  EXPECT_TRUE(output.has_room("stderr"));
  output.take(both, 1000);
  EXPECT_TRUE(output.has_room("stdout"));
}

TEST(Output, UnwantedStreamsStay) {
  Output output(both);
  output.add("stderr", "e", {}, start);
  output.add("stdout", "o", {}, start);
  EXPECT_EQ(text_of(output.take({"stdout"}, plenty), "stderr"), "");
  EXPECT_EQ(text_of(output.take({"stderr"}, plenty), "stderr"), "e");
}

TEST(Output, WhatGotLostIsTheFirstToBeTakenAgain) {
  Output output(both);
  output.add("stdout", "one ", {}, start);
  output.add("stderr", "err", {}, start);
  const auto lost = output.take(both, plenty);
  output.add("stdout", "two", {}, start);
  ASSERT_TRUE(output.put_back(lost.sequence));
  EXPECT_TRUE(output.decide(both, plenty, start).answer);
  const auto again = output.take(both, plenty);
  EXPECT_EQ(text_of(again, "stdout"), "one two");
  EXPECT_EQ(text_of(again, "stderr"), "err");
  EXPECT_EQ(again.chunks.front().data, "one ");
}

TEST(Output, ALostDoneComesAgain) {
  Output output(both);
  output.add("stdout", "x", {}, start);
  output.set_state(state_done, 3);
  const auto lost = output.take(both, plenty);
  ASSERT_TRUE(output.done_delivered());
  ASSERT_TRUE(output.put_back(lost.sequence));
  EXPECT_FALSE(output.done_delivered());
  const auto again = output.take(both, plenty);
  EXPECT_EQ(text_of(again, "stdout"), "x");
  EXPECT_EQ(again.exit_code, 3U);
  EXPECT_EQ(ends_of(again), 2U);
}

TEST(Output, OnlyTheLastAnswerCanComeBackAndOnlyOnce) {
  Output output(both);
  output.add("stdout", "a", {}, start);
  const auto first = output.take(both, plenty);
  output.add("stdout", "b", {}, start);
  const auto second = output.take(both, plenty);
  EXPECT_FALSE(output.put_back(first.sequence));
  EXPECT_TRUE(output.put_back(second.sequence));
  EXPECT_FALSE(output.put_back(second.sequence));
}

TEST(Output, AnEndMarkerOfOneStreamTravelsWhileRunning) {
  Output output(both);
  output.add("stdout", "a", {}, start);
  output.end_stream("stdout", start);
  const auto answer = output.take(both, plenty);
  ASSERT_EQ(answer.chunks.size(), 2U);
  EXPECT_TRUE(answer.chunks[1].end);
  EXPECT_TRUE(answer.chunks[1].data.empty());
  EXPECT_EQ(answer.state, state_running);
}

TEST(Output, AStateOfThePluginsOwnTravelsWithTheNextOutput) {
  Output output(both);
  output.set_state("urn:waiting", 5);
  EXPECT_FALSE(output.decide(both, plenty, start).answer);
  output.add("stdout", "a", {}, start);
  const auto answer = output.take(both, plenty);
  EXPECT_EQ(answer.state, "urn:waiting");
  EXPECT_FALSE(answer.exit_code.has_value());
}

TEST(Output, AnAnswerWithoutRoomStillMoves) {
  Output output(both);
  output.add("stdout", "abcdef", {}, start);
  EXPECT_EQ(text_of(output.take(both, 0), "stdout"), "abcd");
}

// Drop mode: while no client is there, the oldest output goes.

std::string everything(Output& output) {
  std::string text;
  for (;;) {
    const auto answer = output.take(both, max_answer);
    if (answer.chunks.empty()) return text;
    for (const auto& chunk : answer.chunks) text += chunk.data;
  }
}

TEST(Drop, TheOldestGoesAndTheStreamNeverFills) {
  Output output(both);
  output.set_dropping(true);
  for (char c = 'a'; c <= 'z'; ++c) {
    output.add("stdout", std::string(100'000, c), {}, start);
    EXPECT_TRUE(output.has_room("stdout"));
  }
  const auto text = everything(output);
  EXPECT_LE(text.size(), max_held_per_stream);
  EXPECT_GT(text.size(), max_held_per_stream - max_chunk);
  EXPECT_EQ(text.back(), 'z');
  EXPECT_EQ(text.front(), 'p');
}

TEST(Drop, BeginsWithWhatIsTooMuchAlreadyAndEndsWhenTheClientIsBack) {
  Output output(both);
  output.add("stdout", std::string(max_held_per_stream + 500'000, 'a'), {}, start);
  EXPECT_FALSE(output.has_room("stdout"));
  output.set_dropping(true);
  EXPECT_TRUE(output.has_room("stdout"));
  EXPECT_LE(output.bytes_for(both), max_held_per_stream);
  output.set_dropping(false);
  output.add("stdout", std::string(max_chunk, 'b'), {}, start);
  EXPECT_FALSE(output.has_room("stdout"));
}

TEST(Drop, StreamsDoNotDropEachOthersOutput) {
  Output output(both);
  output.set_dropping(true);
  output.add("stderr", "precious", {}, start);
  output.add("stdout", std::string(3 * max_held_per_stream, 'x'), {}, start);
  EXPECT_NE(everything(output).find("precious"), std::string::npos);
}

TEST(Drop, GoesByWholeObjectsWhereTheirEndsAreMarked) {
  Output output(both);
  output.set_dropping(true);
  for (int i = 0; i < 30; ++i) {
    const auto number = std::to_string(100 + i);
    output.add("stdout", "<" + number + std::string(50'000, '.'), {}, start);
    output.add("stdout", std::string(50'000, '.') + number + ">", {.boundary = true}, start);
  }
  const auto text = everything(output);
  EXPECT_LE(text.size(), max_held_per_stream);
  EXPECT_GT(text.size(), max_held_per_stream - 110'000);
  EXPECT_EQ(text.front(), '<');
  EXPECT_TRUE(text.ends_with("129>"));
}

TEST(Drop, AnObjectThatTheClientHasBegunToReceiveIsKept) {
  Output output(both);
  output.add("stdout", "<" + std::string(2 * max_chunk, '1') + ">", {.boundary = true}, start);
  output.take(both, 100);
  output.set_dropping(true);
  for (int i = 0; i < 40; ++i) {
    output.add("stdout", "[" + std::string(2 * max_chunk, '2') + "]", {.boundary = true}, start);
  }
  const auto text = everything(output);
  EXPECT_EQ(text.front(), '1');
  EXPECT_EQ(text.find('>') + 1, text.find('['));
}

TEST(Drop, TheRestOfAnObjectWhoseBeginningWentGoesToo) {
  Output output(both);
  output.set_dropping(true);
  output.add("stdout", "[first]", {.boundary = true}, start);
  output.add("stdout", "<" + std::string(2 * max_held_per_stream, '1'), {}, start);  // more than there is room for
  output.add("stdout", "still the same>", {}, start);
  output.add("stdout", ">", {.boundary = true}, start);
  output.add("stdout", "[next]", {.boundary = true}, start);
  EXPECT_EQ(everything(output), "[next]");
}

TEST(Drop, AnEndMarkerIsNeverDropped) {
  Output output(both);
  output.set_dropping(true);
  output.end_stream("stderr", start);
  output.add("stdout", std::string(3 * max_held_per_stream, 'x'), {}, start);
  bool ended = false;
  for (const auto& chunk : output.take(both, max_answer).chunks)
    ended = ended || (chunk.end && chunk.stream == "stderr");
  EXPECT_TRUE(ended);
}

TEST(Drop, ABoundaryWithoutDataEndsTheObjectBeforeIt) {
  Output output(both);
  output.set_dropping(true);
  output.add("stdout", "[" + std::string(700'000, '1') + "]", {}, start);
  output.add("stdout", {}, {.boundary = true}, start);
  output.add("stdout", "[" + std::string(700'000, '2') + "]", {.boundary = true}, start);
  const auto text = everything(output);
  EXPECT_EQ(text.find('1'), std::string::npos);
  EXPECT_EQ(text.size(), 700'002U);
}

}  // namespace
}  // namespace winrmd::host

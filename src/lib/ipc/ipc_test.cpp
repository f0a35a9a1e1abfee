#include <gtest/gtest.h>

#include <array>

#include "lib/ipc/messages_authz.hpp"
#include "lib/ipc/messages_control.hpp"
#include "lib/ipc/messages_login.hpp"
#include "lib/ipc/messages_shell.hpp"
#include "lib/ipc/socket.hpp"

namespace winrmd::ipc {
namespace {

CommandCreate sample() {
  CommandCreate message;
  message.details.sender_name = "alice";
  message.details.options = {{"WINRS_SKIP_CMD_SHELL", "TRUE", "", true}};
  message.details.operation_timeout_ms = 20000;
  message.shell = "S";
  message.command = "C";
  message.command_line = "echo";
  message.arguments = {"a b", "", std::string("\0x", 2)};
  return message;
}

Frame only_frame(std::string_view bytes) {
  FrameReader reader;
  reader.add(bytes);
  auto frame = reader.next();
  EXPECT_TRUE(frame && *frame);
  return std::move(**frame);
}

TEST(Ipc, DecodeGivesBackWhatWasEncoded) {
  const auto frame = only_frame(encode(sample(), 7));
  EXPECT_EQ(frame.id, 7U);
  const auto message = decode<CommandCreate>(frame);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->arguments, sample().arguments);
  EXPECT_EQ(message->details.options.at(0).name, "WINRS_SKIP_CMD_SHELL");
  EXPECT_TRUE(message->details.options.at(0).must_comply);
  EXPECT_EQ(message->details.operation_timeout_ms, 20000U);
}

TEST(Ipc, BytesMayComeOneByOne) {
  const auto bytes = encode(sample(), 1) + encode(Done{}, 2);
  FrameReader reader;
  std::vector<std::uint64_t> ids;
  for (const char byte : bytes) {
    reader.add({&byte, 1});
    auto frame = reader.next();
    ASSERT_TRUE(frame);
    if (*frame) ids.push_back((*frame)->id);
  }
  EXPECT_EQ(ids, (std::vector<std::uint64_t>{1, 2}));
}

TEST(Ipc, EveryTruncationAndEveryExtraByteIsRefused) {
  auto frame = only_frame(encode(sample(), 1));
  const auto whole = frame.fields;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    frame.fields = whole.substr(0, size);
    EXPECT_FALSE(decode<CommandCreate>(frame)) << size;
  }
  frame.fields = whole + '\0';
  EXPECT_FALSE(decode<CommandCreate>(frame));
}

TEST(Ipc, WrongTypeAbsurdCountAndUnknownEnumValueAreRefused) {
  auto frame = only_frame(encode(sample(), 1));
  EXPECT_FALSE(decode<ShellDelete>(frame));
  Frame list;
  list.type = static_cast<std::uint16_t>(MessageType::received);
  list.fields = std::string("\1\0\0\0\0\0\0\0", 8) + std::string("\xff\xff\xff\x7f", 4);
  EXPECT_FALSE(decode<Received>(list));
  auto login = only_frame(encode(LoginResult{}, 1));
  login.fields[0] = 9;
  EXPECT_FALSE(decode<LoginResult>(login));
}

TEST(Ipc, FrameLengthLimits) {
  const auto next = [](std::uint32_t length) {
    FrameReader reader;
    std::string bytes(4, '\0');
    for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<char>(length >> (8 * i));
    reader.add(bytes);
    return reader.next();
  };
  EXPECT_FALSE(next(0));
  EXPECT_FALSE(next(frame_header_size - 5));
  EXPECT_TRUE(next(max_frame_size));
  EXPECT_FALSE(next(max_frame_size + 1));
  EXPECT_FALSE(next(0xFFFFFFFF));
}

TEST(Ipc, AnnouncedDescriptorsMustHaveCome) {
  FrameReader reader;
  reader.add(encode(Done{}, 1, 1));
  EXPECT_FALSE(reader.next());
}

TEST(Ipc, DescriptorsTravelWithTheirFrame) {
  auto ends = socket_pair();
  ASSERT_TRUE(ends);
  Channel left(std::move(ends->first));
  Channel right(std::move(ends->second));
  auto extra = socket_pair();
  ASSERT_TRUE(extra);
  const std::array fds{extra->first.get()};
  ASSERT_TRUE(left.send(Done{}, 1));
  ASSERT_TRUE(left.send(Done{}, 2, fds));
  auto first = right.receive();
  ASSERT_TRUE(first && *first);
  EXPECT_TRUE((*first)->fds.empty());
  auto second = right.receive();
  ASSERT_TRUE(second && *second);
  ASSERT_EQ((*second)->fds.size(), 1U);
  ASSERT_EQ(::write((*second)->fds[0].get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(::read(extra->second.get(), &byte, 1), 1);
}

// One descriptor more than a frame may have, each with a frame that does not announce it or with a piece of one.
TEST(Ipc, DescriptorsThatNoFrameAnnouncesAreNotCollected) {
  for (const std::string& bytes : {encode(Done{}, 1), encode(sample(), 1).substr(0, 3)}) {
    FrameReader reader;
    bool refused = false;
    for (std::size_t i = 0; i <= max_frame_fds; ++i) {
      EXPECT_FALSE(refused) << i;
      std::vector<Fd> fds;
      fds.emplace_back(::dup(0));
      reader.add(i == 0 || bytes.size() > 3 ? bytes : std::string(1, '\0'), std::move(fds));
      auto frame = reader.next();
      while (frame && *frame) frame = reader.next();
      refused = !frame;
    }
    EXPECT_TRUE(refused) << bytes.size();
  }
}

TEST(Ipc, DescriptorsCanBeRefused) {
  auto ends = socket_pair();
  ASSERT_TRUE(ends);
  Channel left(std::move(ends->first));
  auto extra = socket_pair();
  ASSERT_TRUE(extra);
  const std::array fds{extra->first.get()};
  ASSERT_TRUE(left.send(Done{}, 1, fds));
  extra->first.reset();
  FrameReader reader;
  ASSERT_EQ(receive_some(ends->second.get(), reader, Descriptors::refuse), Progress::some);
  EXPECT_FALSE(reader.next());
  char byte = 0;
  EXPECT_EQ(::read(extra->second.get(), &byte, 1), 0);  // no copy of its other end is left
}

TEST(Ipc, WhatAChannelHasReadAheadCanBeTakenOver) {
  auto ends = socket_pair();
  ASSERT_TRUE(ends);
  Channel left(std::move(ends->first));
  Channel right(std::move(ends->second));
  ASSERT_TRUE(left.send(Done{}, 1));
  ASSERT_TRUE(left.send(Done{}, 2));
  ASSERT_TRUE(right.receive());
  auto reader = right.take_reader();
  auto second = reader.next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->id, 2U);
}

TEST(Ipc, ClosedPeerEndsReceive) {
  auto ends = socket_pair();
  ASSERT_TRUE(ends);
  Channel left(std::move(ends->first));
  ends->second.reset();
  auto frame = left.receive();
  ASSERT_TRUE(frame);
  EXPECT_FALSE(*frame);
  EXPECT_FALSE(left.send(Done{}));
}

}  // namespace
}  // namespace winrmd::ipc

#include "net/link.hpp"

#include "net/testing/loop.hpp"

namespace winrmd::net {
namespace {

using testing::Loop;
using testing::Peer;
using testing::Task;

constexpr std::chrono::seconds later{60};

struct LinkTest : ::testing::Test {
  Loop loop;
  std::optional<Peer> peer;
  std::shared_ptr<Link> link;
  std::vector<ipc::Frame> events;
  int closings = 0;

  void SetUp() override {
    auto [far, fd] = Peer::make(loop);
    peer.emplace(std::move(far));
    link = std::make_shared<Link>(loop.context, std::move(fd));
    link->start([this](ipc::Frame frame) { events.push_back(std::move(frame)); }, [this] { ++closings; });
  }
  Task<CallResult> ask(std::string_view shell) {
    return {loop, link->call(ipc::ShellDelete{std::string(shell)}, Link::Clock::now() + later)};
  }
};

TEST_F(LinkTest, AnswersReachTheirCallsInAnyOrder) {
  auto one = ask("1");
  auto two = ask("2");
  const auto first = peer->take<ipc::ShellDelete>();
  const auto second = peer->take<ipc::ShellDelete>();
  peer->send(ipc::Failed{2, "", false}, second.id);
  peer->send(ipc::Failed{1, "", false}, first.id);
  ASSERT_TRUE(one.get() && two.get());
  EXPECT_EQ(ipc::decode<ipc::Failed>(*one.get())->code, 1U);
  EXPECT_EQ(ipc::decode<ipc::Failed>(*two.get())->code, 2U);
  EXPECT_TRUE(events.empty());
}

TEST_F(LinkTest, WhatNobodyWaitsForIsAnEvent) {
  peer->send(ipc::ShellEnded{"1"});
  peer->send(ipc::Done{}, 77);
  EXPECT_TRUE(loop.until([this] { return events.size() == 2; }));
  EXPECT_EQ(ipc::decode<ipc::ShellEnded>(events.at(0))->shell, "1");
}

TEST_F(LinkTest, ACallEndsAtItsDeadlineAndItsLateAnswerIsAnEvent) {
  auto call = ask("1");
  const auto question = peer->take<ipc::ShellDelete>();
  link->expire(Link::Clock::now());
  EXPECT_FALSE(call.done());
  link->expire(Link::Clock::now() + later);
  ASSERT_TRUE(call.done());
  EXPECT_EQ(call.get().error(), CallError::timed_out);
  peer->send(ipc::Done{}, question.id);
  EXPECT_TRUE(loop.until([this] { return events.size() == 1; }));
}

TEST_F(LinkTest, DeathFailsEveryCallThenSaysSoOnce) {
  auto one = ask("1");
  auto two = ask("2");
  loop.settle();
  peer->die();
  EXPECT_EQ(one.get().error(), CallError::closed);
  EXPECT_EQ(two.get().error(), CallError::closed);
  EXPECT_TRUE(loop.until([this] { return closings == 1; }));
  auto three = ask("3");
  EXPECT_EQ(three.get().error(), CallError::closed);
  link->close();
  loop.settle();
  EXPECT_EQ(closings, 1);
}

TEST_F(LinkTest, WhatWasSentBeforeDeathStillCounts) {
  auto call = ask("1");
  const auto question = peer->take<ipc::ShellDelete>();
  peer->send(ipc::Done{}, question.id);
  peer->die();
  EXPECT_TRUE(call.get());
}

TEST_F(LinkTest, MalformedInputClosesIt) {
  auto call = ask("1");
  loop.settle();
  ASSERT_EQ(::write(peer->fd(), "\xff\xff\xff\xff", 4), 4);
  EXPECT_EQ(call.get().error(), CallError::closed);
  EXPECT_TRUE(link->closed());
}

TEST_F(LinkTest, AHandlerMayCloseIt) {
  link->close();
  auto [far, fd] = Peer::make(loop);
  link = std::make_shared<Link>(loop.context, std::move(fd));
  link->start(
      [this, note = std::string(100, 'x')](const ipc::Frame&) {
        link->close();
        EXPECT_EQ(note, std::string(100, 'x'));  // the handler is still there
      },
      [this] { ++closings; });
  far.send(ipc::Done{}, 1);
  EXPECT_TRUE(loop.until([this] { return closings == 2; }));
}

TEST_F(LinkTest, EverythingArrivesThroughAFullSocketInOrder) {
  constexpr std::uint64_t count = 50;
  for (std::uint64_t i = 1; i <= count; ++i) link->post(ipc::ShellDelete{std::string(100'000, 'x')}, i);
  for (std::uint64_t i = 1; i <= count; ++i) {
    const auto message = peer->take<ipc::ShellDelete>();
    ASSERT_EQ(message.id, i);
    ASSERT_EQ(message.message.shell.size(), 100'000U);
  }
}

TEST_F(LinkTest, APeerThatDoesNotReadIsGivenUpAtTheLimit) {
  const ipc::ShellDelete message{std::string(1U << 20, 'x')};
  std::size_t posted = 0;
  while (!link->closed() && posted < 2 * max_queued_bytes) {
    link->post(message);
    posted += message.shell.size();
    loop.settle();
  }
  EXPECT_TRUE(link->closed());
  EXPECT_EQ(closings, 1);
  // What the socket itself holds comes on top.
  EXPECT_GE(posted, max_queued_bytes);
  EXPECT_LE(posted, max_queued_bytes + (4U << 20));
}

// Frames without end must not keep others from their turn.
TEST_F(LinkTest, APeerThatNeverStopsTalkingDoesNotHoldTheLoop) {
  bool other_had_its_turn = false;
  std::size_t seen = 0;
  link->close();
  auto [far, fd] = Peer::make(loop);
  link = std::make_shared<Link>(loop.context, std::move(fd));
  link->start(
      [&](const ipc::Frame&) {
        ++seen;
        if (!other_had_its_turn) far.send(ipc::ShellEnded{std::string(50'000, 'x')});
      },
      [] {});
  asio::post(loop.context, [&] { asio::post(loop.context, [&] { other_had_its_turn = true; }); });
  far.send(ipc::ShellEnded{"1"});
  far.send(ipc::ShellEnded{"2"});
  EXPECT_TRUE(loop.until([&] { return other_had_its_turn; }));
  EXPECT_LT(seen, 100U);
}

TEST_F(LinkTest, WhatWasReadBeforeIsHandedOnWithoutFurtherInput) {
  ipc::FrameReader reader;
  reader.add(ipc::encode(ipc::ShellEnded{"early"}, 0));
  auto [far, fd] = Peer::make(loop);
  link->close();
  link = std::make_shared<Link>(loop.context, std::move(fd), ipc::Descriptors::take, std::move(reader));
  link->start([this](ipc::Frame frame) { events.push_back(std::move(frame)); }, [] {});
  EXPECT_TRUE(events.empty());
  EXPECT_TRUE(loop.until([this] { return events.size() == 1; }));
}

TEST_F(LinkTest, AnUnusableDescriptorIsAClosedLink) {
  closings = 0;
  Fd file(1'000'000);  // not open
  const auto unusable = std::make_shared<Link>(loop.context, std::move(file));
  unusable->start([](const ipc::Frame&) {}, [this] { ++closings; });
  EXPECT_TRUE(unusable->closed());
  Task<CallResult> call(loop, unusable->call(ipc::Done{}, Link::Clock::now() + later));
  EXPECT_EQ(call.get().error(), CallError::closed);
  EXPECT_TRUE(loop.until([this] { return closings == 1; }));
}

TEST_F(LinkTest, DescriptorsOfAPeerAreNotTaken) {
  auto pair = ipc::socket_pair();
  ASSERT_TRUE(pair);
  const std::array fds{pair->first.get()};
  peer->send(ipc::Done{}, 5, fds);
  pair->first.reset();
  EXPECT_TRUE(loop.until([this] { return link->closed(); }));
  char byte = 0;
  EXPECT_EQ(::read(pair->second.get(), &byte, 1), 0);
}

TEST(Spawn, WhatThrowsEndsTheLoop) {
  Loop loop;
  const auto thrower = []() -> asio::awaitable<void> {
    co_await asio::post(asio::use_awaitable);
    throw std::runtime_error("a bug");
  };
  spawn(loop.context, thrower());
  EXPECT_THROW(loop.context.run(), std::runtime_error);
}

}  // namespace
}  // namespace winrmd::net

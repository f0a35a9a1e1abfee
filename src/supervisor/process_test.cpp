// Starting children, talking to them, and how they end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "lib/ipc/messages_control.hpp"
#include "supervisor/environment.hpp"
#include "supervisor/identity.hpp"
#include "supervisor/link.hpp"
#include "supervisor/listeners.hpp"
#include "supervisor/spawn.hpp"

namespace winrmd::supervisor {
namespace {

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

int wait_for(pid_t pid) {
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  return status;
}

// A program written as a shell script, started as the supervisor starts its children; what it says to descriptor 2.
class Spawned : public testing::Test {
 protected:
  Spawned() {
    std::string pattern = testing::TempDir() + "winrmd-spawn-XXXXXX";
    const Fd file(::mkstemp(pattern.data()));
    path_ = pattern;
    channel_ = std::move(*ipc::socket_pair());
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    output_ = Fd(ends[0]);
    log_ = Fd(ends[1]);
  }
  ~Spawned() override { ::unlink(path_.c_str()); }

  Program program(const std::string& script) {
    std::ofstream(path_) << "#!/bin/sh\n" << script;
    ::chmod(path_.c_str(), 0755);
    return {.path = path_,
            .environment = {"PATH=/usr/bin:/bin", "MARK=1"},
            .folder = "/",
            .account = {},
            .channel = channel_.second.get(),
            .log = log_.get(),
            .file_limit = {}};
  }
  // Runs it to its end.
  std::string run(const Program& what) {
    const auto pid = spawn(what);
    EXPECT_TRUE(pid);
    log_.reset();
    auto text = read_all(output_.get());
    status_ = wait_for(*pid);
    return text;
  }

  std::string path_;
  std::pair<Fd, Fd> channel_;
  Fd output_;
  Fd log_;
  int status_ = 0;
};

TEST_F(Spawned, HasFourDescriptorsAndNoMore) {
  const Fd inherited(::open("/dev/null", O_RDONLY));  // without close-on-exec
  // ls itself opens one more to read the folder.
  const auto text = run(program("for i in 0 1 2 3 4 5 6 7 8 9; do [ -e /proc/self/fd/$i ] && echo $i >&2; done; true"));
  EXPECT_EQ(text.substr(0, 8), "0\n1\n2\n3\n") << text;
  EXPECT_FALSE(text.contains(std::to_string(inherited.get()) + "\n") && inherited.get() > 4) << text;
}

TEST_F(Spawned, HasTheGivenEnvironmentAndNothingElse) {
  ::setenv("WINRMD_TEST_SECRET", "x", 1);
  const auto text = run(program("env >&2"));
  EXPECT_TRUE(text.contains("MARK=1\n"));
  EXPECT_FALSE(text.contains("WINRMD_TEST_SECRET"));
}

TEST_F(Spawned, LeadsASessionOfItsOwn) {
  const auto text =
      run(program("read -r pid name state parent group session rest < /proc/self/stat; echo $pid $session >&2"));
  EXPECT_EQ(text.substr(0, text.find(' ')), text.substr(text.find(' ') + 1, text.find('\n') - text.find(' ') - 1));
}

TEST_F(Spawned, SignalsAreAsAtLogIn) {
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  struct sigaction before{};
  ::sigaction(SIGINT, &ignore, &before);
  sigset_t block;
  ::sigemptyset(&block);
  ::sigaddset(&block, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &block, nullptr);
  const auto text = run(program("grep -E '^Sig(Ign|Blk)' /proc/self/status >&2"));
  ::sigprocmask(SIG_UNBLOCK, &block, nullptr);
  ::sigaction(SIGINT, &before, nullptr);
  EXPECT_EQ(text, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_F(Spawned, IsTalkedToOverDescriptorThree) {
  auto what = program("cat <&3 >&2");
  const auto pid = spawn(what);
  ASSERT_TRUE(pid);
  log_.reset();
  ASSERT_EQ(::send(channel_.first.get(), "hello", 5, MSG_NOSIGNAL), 5);
  channel_.second.reset();
  ::shutdown(channel_.first.get(), SHUT_WR);
  EXPECT_EQ(read_all(output_.get()), "hello");
  wait_for(*pid);
}

TEST_F(Spawned, AProgramThatIsNotThereShowsInTheStatus) {
  auto what = program("");
  what.path += ".missing";
  const auto text = run(what);
  EXPECT_TRUE(text.contains("No such file or directory")) << text;
  EXPECT_EQ(describe_exit(status_), "could not be executed");
}

TEST_F(Spawned, AFolderThatCannotBeEnteredIsTheRoot) {
  auto what = program("pwd >&2");
  what.folder = "/no/such/folder";
  EXPECT_EQ(run(what), "/\n");
}

TEST_F(Spawned, RunsUnderItsAccountForGood) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  auto what = program("grep -E '^(Uid|Gid|Groups)' /proc/self/status >&2");
  what.account = Account{.name = "x", .uid = 61234, .gid = 61235, .groups = {61235, 61236}, .home = {}, .shell = {}};
  EXPECT_EQ(run(what), "Uid:\t61234\t61234\t61234\t61234\nGid:\t61235\t61235\t61235\t61235\nGroups:\t61235 61236 \n");
}

TEST_F(Spawned, AProcessThatCannotBecomeItsAccountEnds) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    become({.name = "x", .uid = 61234, .gid = 61234, .groups = {61234}, .home = {}, .shell = {}});
    become({.name = "y", .uid = 61235, .gid = 61235, .groups = {61235}, .home = {}, .shell = {}});
    ::_exit(0);
  }
  EXPECT_EQ(describe_exit(wait_for(pid)), "could not change to its account");
}

TEST_F(Spawned, WhatIsLeftOfASessionIsKilledWithIt) {
  auto what = program("sleep 1000 2>/dev/null & echo $! >&2; exit 0");
  const auto pid = spawn(what);
  ASSERT_TRUE(pid);
  log_.reset();
  const pid_t left = static_cast<pid_t>(std::stol(read_all(output_.get())));
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(*pid), &info, WEXITED | WNOWAIT), 0);
  ASSERT_EQ(::kill(left, 0), 0);
  const int watch = static_cast<int>(::syscall(434 /* pidfd_open */, left, 0));
  ASSERT_GE(watch, 0);
  end_session(*pid);
  pollfd ended{.fd = watch, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&ended, 1, 10'000), 1);
  ::close(watch);
  wait_for(*pid);
}

TEST(Exit, IsDescribedInWords) {
  EXPECT_EQ(describe_exit(0), "ended in good order");
  EXPECT_EQ(describe_exit(3 << 8), "ended with status 3");
  EXPECT_EQ(describe_exit(SIGSEGV), "killed by SIGSEGV");
}

TEST(Environment, OfAnotherAccountHasNothingOfOurs) {
  ::setenv("PATH", "/ours", 1);
  const Account account{.name = "alice", .uid = 1000, .groups = {}, .home = "/home/alice", .shell = ""};
  const auto has = [](const std::vector<std::string>& all, const std::string& entry) {
    return std::ranges::find(all, entry) != all.end();
  };
  const auto other = host_environment(account, false, "info");
  EXPECT_TRUE(has(other, "USER=alice") && has(other, "LOGNAME=alice") && has(other, "HOME=/home/alice"));
  EXPECT_TRUE(has(other, "SHELL=/bin/sh"));
  EXPECT_TRUE(has(other, "PATH=/usr/local/bin:/usr/bin:/bin"));
  EXPECT_TRUE(has(host_environment(account, true, "info"), "PATH=/ours"));
}

TEST(Listeners, AnyFreePortIsBoundAndTold) {
  config::Listener listener;
  listener.address = "127.0.0.1";
  const auto sockets = open_listeners({listener});
  ASSERT_TRUE(sockets) << sockets.error().message;
  const auto port = bound_port(sockets->at(0).get());
  EXPECT_NE(port, 0);
  listener.port = port;
  const auto taken = open_listeners({listener});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message,
            "cannot listen on 127.0.0.1 port " + std::to_string(port) + ": Address already in use");
}

TEST(LinkTest, QueuesWhatTheChildDoesNotTakeAndGivesUpWhenItIsTooMuch) {
  auto pair = ipc::socket_pair();
  ASSERT_TRUE(pair);
  Link link(std::move(pair->first));
  const ipc::Failed big{.code = 1, .text = std::string(1U << 20, 'x'), .from_plugin = false};
  link.send(big, 1);
  EXPECT_TRUE(link.wants_write());
  EXPECT_FALSE(link.broken());
  for (int i = 0; i < 16; ++i) link.send(big, 2);
  EXPECT_TRUE(link.broken());
}

TEST(LinkTest, SendsDescriptorsWithTheirMessage) {
  auto pair = ipc::socket_pair();
  ASSERT_TRUE(pair);
  Link link(std::move(pair->first));
  ipc::Channel peer(std::move(pair->second));
  const ipc::Failed big{.code = 1, .text = std::string(1U << 20, 'x'), .from_plugin = false};
  link.send(big, 1);
  std::vector<Fd> fds;
  fds.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  link.send(ipc::PeerChannel{}, 2, std::move(fds));
  int frames = 0;
  while (frames < 2) {
    bool closed = false;
    link.flush();
    auto frame = peer.receive_now(closed);
    ASSERT_TRUE(frame && !closed);
    if (!*frame) continue;
    ++frames;
    EXPECT_EQ((*frame)->fds.size(), (*frame)->id == 2 ? 1U : 0U);
  }
}

TEST(LinkTest, NoticesThatTheChildIsGone) {
  auto pair = ipc::socket_pair();
  ASSERT_TRUE(pair);
  Link link(std::move(pair->first));
  EXPECT_EQ(link.receive(), ipc::Progress::would_block);
  pair->second.reset();
  EXPECT_EQ(link.receive(), ipc::Progress::closed);
  link.send(ipc::Stop{});
  EXPECT_TRUE(link.broken());
}

}  // namespace
}  // namespace winrmd::supervisor

// A reload as a whole: the supervisor with false children, and somebody who asks at its control socket.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "supervisor/supervisor.hpp"

namespace winrmd::supervisor {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The application's path and the user file are what the file `config` says; both begin as `a`.
SharedSettings settings_of(const std::string& word) {
  config::Settings settings;
  settings.user_file = word;
  settings.applications.emplace_back().path = word;
  return std::make_shared<const config::Settings>(std::move(settings));
}

class Reloading : public testing::Test {
 protected:
  Reloading() {
    std::string pattern = testing::TempDir() + "winrmd-reloading-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    for (const auto* name : {"winrmd-net", "winrmd-auth"}) {
      std::filesystem::create_symlink(FAKE_CHILD, folder_ + "/" + name);
      answer(name, "ok");
    }
    write("config", "b");
    start();
  }
  ~Reloading() override {
    ::kill(supervisor_, SIGTERM);
    int status = 0;
    ::waitpid(supervisor_, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    std::filesystem::remove_all(folder_);
  }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ + "/" + name) << text; }
  void answer(const std::string& name, const std::string& how) const { write(name + ".answer", how); }

  // In a process of its own, which takes signals and is the parent of the children.
  void start() {
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    supervisor_ = ::fork();
    ASSERT_GE(supervisor_, 0);
    if (supervisor_ == 0) ::_exit(Supervisor(service(ready[1])).run() ? 0 : 1);
    ::close(ready[1]);
    char one = 0;
    ASSERT_EQ(::read(ready[0], &one, 1), 1) << "the service did not come up";
    ::close(ready[0]);
  }

  [[nodiscard]] Service service(int ready) const {
    Service service;
    service.configuration.settings = settings_of("a");
    service.log.reset(::open((folder_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    ::dup2(service.log.get(), STDERR_FILENO);
    service.audit = duplicate(service.log.get());
    service.control = std::move(*ControlSocket::open(folder_ + "/control"));
    service.programs = folder_;
    service.reload_patience = std::chrono::milliseconds(500);
    service.read_again = [this](const Configuration& running) -> Result<ReloadPlan> {
      const auto word = read_file(folder_ + "/config");
      if (word.empty()) return fail("config:1: word: is missing");
      auto settings = settings_of(word);
      Revisions revisions(*settings, running.revisions);
      return ReloadPlan{
          .configuration = {.settings = std::move(settings), .credentials = {}, .revisions = std::move(revisions)},
          .needs_restart = {}};
    };
    service.on_ready = [ready] {
      [[maybe_unused]] const auto written = ::write(ready, "x", 1);
      ::close(ready);
    };
    return service;
  }

  // What whoever asks is told.
  [[nodiscard]] std::string reload() const {
    const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(folder_ + "/control", address.sun_path);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::send(fd.get(), "reload\n", 7, MSG_NOSIGNAL), 7);
    std::string text;
    std::array<char, 1024> buffer{};
    for (;;) {
      const auto got = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
      if (got <= 0) return text;
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  // What the child has been told, once that is so much.
  [[nodiscard]] std::string said(const std::string& name, std::ptrdiff_t lines) const {
    std::string text;
    for (int i = 0; i < 1000; ++i) {
      text = read_file(folder_ + "/" + name + ".said");
      if (std::ranges::count(text, '\n') >= lines) break;
      ::usleep(10'000);
    }
    return text;
  }

  std::string folder_;
  pid_t supervisor_ = 0;
};

TEST_F(Reloading, AllGetTheNewSettings) {
  EXPECT_EQ(reload(), "ok\nreloaded\n");
  EXPECT_EQ(said("winrmd-auth", 2), "setup a\nreload b\n");
  EXPECT_EQ(said("winrmd-net", 2), "setup a\nreload b\n");
  write("config", "c");
  EXPECT_EQ(reload(), "ok\nreloaded\n");
  EXPECT_EQ(said("winrmd-net", 3), "setup a\nreload b\nreload c\n");
}

TEST_F(Reloading, WarningsReachWhoAsked) {
  answer("winrmd-auth", "warn no log-in with Kerberos");
  EXPECT_EQ(reload(), "ok\nreloaded\nwarning: no log-in with Kerberos\n");
}

TEST_F(Reloading, ABrokenConfigurationReachesNobody) {
  write("config", "");
  EXPECT_EQ(reload(), "error\nconfig:1: word: is missing");
  write("config", "c");
  EXPECT_EQ(reload(), "ok\nreloaded\n");
  EXPECT_EQ(said("winrmd-auth", 2), "setup a\nreload c\n");
}

TEST_F(Reloading, WhatWinrmdAuthRefusesWinrmdNetNeverSees) {
  answer("winrmd-auth", "no bad keytab");
  EXPECT_EQ(reload(), "error\nbad keytab");
  answer("winrmd-auth", "ok");
  write("config", "c");
  EXPECT_EQ(reload(), "ok\nreloaded\n");
  EXPECT_EQ(said("winrmd-auth", 3), "setup a\nreload b\nreload c\n");
  EXPECT_EQ(said("winrmd-net", 2), "setup a\nreload c\n");
}

TEST_F(Reloading, WhatWinrmdNetRefusesIsTakenBackFromWinrmdAuth) {
  answer("winrmd-net", "no bad certificate");
  EXPECT_EQ(reload(), "error\nbad certificate");
  EXPECT_EQ(said("winrmd-auth", 3), "setup a\nreload b\nreload a\n");
  EXPECT_EQ(said("winrmd-net", 2), "setup a\nreload b\n");
}

TEST_F(Reloading, AChildThatDiesOfTheNewSettingsComesBackWithTheOldOnes) {
  answer("winrmd-net", "die");
  EXPECT_EQ(reload(), "error\nwinrmd-net ended when it was to take the new settings");
  EXPECT_EQ(said("winrmd-net", 3), "setup a\nreload b\nsetup a\n");
  EXPECT_EQ(said("winrmd-auth", 3), "setup a\nreload b\nreload a\n");
  answer("winrmd-net", "ok");
  answer("winrmd-auth", "die");
  EXPECT_EQ(reload(), "error\nwinrmd-auth ended when it was to take the new settings");
  EXPECT_EQ(said("winrmd-auth", 5), "setup a\nreload b\nreload a\nreload b\nsetup a\n");
}

TEST_F(Reloading, AChildThatDoesNotAnswerGetsTheOldSettingsAfterTheNewOnes) {
  answer("winrmd-net", "silent");
  EXPECT_EQ(reload(), "error\nwinrmd-net did not answer in time");
  EXPECT_EQ(said("winrmd-net", 3), "setup a\nreload b\nreload a\n");
  EXPECT_EQ(said("winrmd-auth", 3), "setup a\nreload b\nreload a\n");
}

TEST_F(Reloading, OneThatCannotBePutBackIsSaid) {
  answer("winrmd-net", "no bad certificate");
  answer("winrmd-auth", "ok\nno disk");
  EXPECT_EQ(reload(), "error\nbad certificate");
  std::string log;
  for (int i = 0; i < 1000 && !log.contains("reload_half_applied"); ++i) {
    log = read_file(folder_ + "/log");
    ::usleep(10'000);
  }
  EXPECT_TRUE(log.contains(R"("message":"reload_half_applied","child":"auth","reason":"disk")")) << log;
}

}  // namespace
}  // namespace winrmd::supervisor

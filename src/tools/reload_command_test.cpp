#include "tools/reload_command.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "lib/base/fd.hpp"

namespace winrmd::tools {
namespace {

class Reload : public testing::Test {
 protected:
  Reload() {
    std::string pattern = testing::TempDir() + "winrmd-reload-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    socket_ = folder_ + "/control";
  }
  ~Reload() override { std::filesystem::remove_all(folder_); }
  // What a service that answers like this makes of it.
  Result<std::string> with_answer(std::string_view answer) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_.copy(address.sun_path, sizeof address.sun_path - 1);
    const Fd listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::unlink(socket_.c_str());
    EXPECT_EQ(::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listening.get(), 1), 0);
    std::thread service([&] {
      const Fd fd(::accept(listening.get(), nullptr, nullptr));
      char request[16] = {};
      EXPECT_EQ(::recv(fd.get(), request, sizeof request, 0), 7);
      EXPECT_STREQ(request, "reload\n");
      EXPECT_EQ(::send(fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL), static_cast<ssize_t>(answer.size()));
    });
    auto result = reload_service("/none", socket_);
    service.join();
    return result;
  }

  std::string folder_;
  std::string socket_;
};

TEST_F(Reload, SaysWhatTheServiceSays) {
  EXPECT_EQ(with_answer("ok\nreloaded; changed, but needs a restart: log\n").value(),
            "reloaded; changed, but needs a restart: log\n");
  EXPECT_EQ(with_answer("error\nwinrmd.toml:3: bad").error().message,
            "not reloaded, the service goes on as it was: winrmd.toml:3: bad");
}

TEST_F(Reload, DoesNotTakeSilenceForSuccess) {
  for (const auto* answer : {"", "\n", "o", "okay\n"}) {
    EXPECT_NE(with_answer(answer).error().message.find("without an answer"), std::string::npos) << answer;
  }
}

TEST_F(Reload, SaysWhenThereIsNoServiceOrNoConfiguration) {
  EXPECT_NE(reload_service("/none", socket_).error().message.find("no service answers at"), std::string::npos);
  EXPECT_NE(reload_service("/none", "").error().message.find("/none: cannot open"), std::string::npos);
  EXPECT_NE(reload_service("/none", std::string(200, 'x')).error().message.find("too long"), std::string::npos);
}

}  // namespace
}  // namespace winrmd::tools

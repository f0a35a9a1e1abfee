// A change and the service that has to take it.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>

#include "lib/base/fd.hpp"
#include "testing/tree_world.hpp"

namespace config_tree {
namespace {

// Answers one request for a reload.
class FakeService {
 public:
  FakeService(const std::string& path, std::string answer)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), answer_(std::move(answer)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path, address.sun_path);
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_.get(), 1), 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeService() {
    ::shutdown(fd_.get(), SHUT_RDWR);
    thread_.join();
  }
  FakeService(const FakeService&) = delete;
  FakeService& operator=(const FakeService&) = delete;

 private:
  void serve() {
    const winrmd::Fd client(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::array<char, 64> request{};
    if (::recv(client.get(), request.data(), request.size(), 0) != 7) return;
    EXPECT_EQ(std::string_view(request.data(), 7), "reload\n");
    EXPECT_EQ(::send(client.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL), std::ssize(answer_));
  }

  winrmd::Fd fd_;
  std::string answer_;
  std::thread thread_;
};

class Changes : public TreeWorld {
 protected:
  Changes() {
    location_.reload_after = true;
    location_.control = folder_ + "/control";
    before_ = text();
  }
  Outcome<std::string> change() { return put("", "Config", "<MaxBatchItems>5</MaxBatchItems>"); }

  std::string before_;
};

TEST_F(Changes, StayWhenTheServiceTakesThem) {
  const FakeService service(location_.control, "ok\nlimits: taken\n");
  EXPECT_TRUE(change());
  EXPECT_EQ(text(), before_ + "max_batch_items = 5\n");
}

TEST_F(Changes, AreTakenBackWhenTheServiceRefuses) {
  const FakeService service(location_.control, "error\nthis does not work");
  EXPECT_EQ(refusal(change()).second, "nothing was changed: this does not work");
  EXPECT_EQ(text(), before_);
}

TEST_F(Changes, AreTakenBackWhenNobodyAnswers) {
  EXPECT_TRUE(refusal(change()).second.starts_with("nothing was changed: cannot ask the service for a reload at"));
  EXPECT_EQ(text(), before_);
}

TEST_F(Changes, AreTakenBackWhenTheServiceHangsUp) {
  const FakeService service(location_.control, "");
  EXPECT_TRUE(refusal(change()).second.ends_with("may not be asked for a reload by this account"));
  EXPECT_EQ(text(), before_);
}

TEST_F(Changes, ThatAreNoneNeedNoService) {
  EXPECT_TRUE(put("", "Config", "<MaxBatchItems>32000</MaxBatchItems>"));
  EXPECT_EQ(text(), before_);
}

TEST_F(Changes, OfAFileThatMayNotBeWrittenAreDenied) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  ::chmod(folder_.c_str(), 0500);
  const auto refused = refusal(change());
  ::chmod(folder_.c_str(), 0700);
  EXPECT_EQ(refused.first, ERROR_ACCESS_DENIED);
  EXPECT_TRUE(refused.second.contains("winrmd.toml"));
}

}  // namespace
}  // namespace config_tree

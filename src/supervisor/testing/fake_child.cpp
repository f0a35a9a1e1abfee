// In the place of winrmd-net and winrmd-auth, by its name: writes down what settings it gets, and answers a reload as
// the file NAME.answer beside it says, line by line and then by its last line: `ok`, `no WHY`, `warn WHAT`, `silent`,
// `die`. Each line of NAME.said is the
// message and the one thing in it that the test changes.
#include <filesystem>
#include <fstream>
#include <string>

#include "lib/ipc/messages_control.hpp"
#include "lib/ipc/socket.hpp"

namespace {

using namespace winrmd;

class FakeChild {
 public:
  explicit FakeChild(std::string name) : name_(std::move(name)), channel_(Fd(3)) {}

  int run() {
    for (;;) {
      auto frame = channel_.receive();
      if (!frame || !*frame) return 1;
      if (ipc::decode<ipc::Stop>(**frame)) return 0;
      if (const auto setup = ipc::decode<ipc::NetSetup>(**frame)) {
        say("setup " + setup->applications.at(0).path);
        if (!channel_.send(ipc::NetReady{})) return 1;
      } else if (const auto other = ipc::decode<ipc::AuthSetup>(**frame)) {
        say("setup " + other->user_file);
      } else if (const auto net = ipc::decode<ipc::NetReload>(**frame)) {
        say("reload " + net->applications.at(0).path);
        if (!answer()) return 1;
      } else if (const auto auth = ipc::decode<ipc::AuthReload>(**frame)) {
        say("reload " + auth->setup.user_file);
        if (!answer()) return 1;
      }
    }
  }

 private:
  void say(const std::string& what) const { std::ofstream(name_ + ".said", std::ios::app) << what << '\n'; }

  bool answer() {
    std::ifstream file(name_ + ".answer");
    std::string line;
    for (std::size_t i = 0; i <= answered_ && std::getline(file, line); ++i) {
    }
    ++answered_;
    const auto blank = line.find(' ');
    const auto how = line.substr(0, blank);
    const auto rest = blank == std::string::npos ? std::string() : line.substr(blank + 1);
    if (how == "die") return false;
    if (how == "silent") return true;
    ipc::Reloaded report;
    if (how == "no") report.error = rest;
    if (how == "warn") report.warning = rest;
    return channel_.send(report).has_value();
  }

  std::string name_;
  ipc::Channel channel_;
  std::size_t answered_ = 0;
};

}  // namespace

int main(int, char** arguments) { return FakeChild(arguments[0]).run(); }

// A winrmd-host with the measurement in the place of the supervisor and of winrmd-net.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/ipc/messages_authz.hpp"
#include "lib/ipc/messages_shell.hpp"
#include "lib/ipc/socket.hpp"

namespace winrmd::bench {

// Ends the whole measurement: there is nothing to compare then.
[[noreturn]] void give_up(const std::string& why);

class HostProcess {
 public:
  // `plugins`: library files; each is called by its place, "0", "1", ….
  HostProcess(const std::string& program, const std::vector<std::string>& plugins, bool authorization);
  ~HostProcess();
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;

  template <class M>
  std::uint64_t send(const M& message) {
    if (!net_->send(message, ++last_)) give_up("the host is gone");
    return last_;
  }
  // The next answer, whatever it is.
  ipc::Frame receive();
  // Asks, and waits for an answer of that type.
  template <class A, class M>
  A ask(const M& message) {
    send(message);
    const auto frame = receive();
    auto answer = ipc::decode<A>(frame);
    if (!answer) give_up("the host gave another answer, of type " + std::to_string(frame.type));
    return std::move(*answer);
  }

  [[nodiscard]] std::uint64_t resident_bytes() const;
  // Of all its threads so far.
  [[nodiscard]] double cpu_microseconds() const;

 private:
  // What a supervisor is asked: who a token is.
  void answer_questions();

  pid_t pid_ = 0;
  std::unique_ptr<ipc::Channel> control_;
  std::unique_ptr<ipc::Channel> net_;
  std::uint64_t last_ = 0;
  std::thread supervisor_;
};

ipc::RequestDetails details();
ipc::AuthzOperation authz_operation(const std::string& resource);
// A shell of the plug-in at that place, and a command in it whose Receive has begun.
void open_shell(HostProcess& host, const std::string& shell, const std::string& plugin = "0");
void open_command(HostProcess& host, const std::string& shell, const std::string& command, const std::string& line);
ipc::StreamReceive stream_receive(const std::string& shell, const std::string& command, std::uint32_t max_data);

}  // namespace winrmd::bench

// A host in this process, with a test in the place of winrmd-net and of the supervisor.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/host.hpp"
#include "host/testing/scripted.hpp"
#include "lib/ipc/messages_authz.hpp"
#include "lib/ipc/messages_shell.hpp"

namespace winrmd::host::testing {

// The supervisor's side: answers what hosts ask.
struct Supervisor {
  std::map<std::string, ipc::TokenDescription> tokens;  // by id
  std::set<std::string> accounts{"alice", "bob"};       // that may be minted
  std::vector<std::string> released;                    // ReleaseToken, in order
  std::vector<ipc::MintAccount> mints;
  int described = 0;
  std::uint64_t minted = 0;
  bool ready = false;
};

class RunningHost {
 public:
  explicit RunningHost(ipc::HostSetup setup);
  // Stops the host if the test has not; expects it to end in good order.
  ~RunningHost();
  RunningHost(const RunningHost&) = delete;
  RunningHost& operator=(const RunningHost&) = delete;

  template <class M>
  std::uint64_t send(const M& message) {
    const std::uint64_t id = next_id_++;
    send_as(message, id);
    return id;
  }
  template <class M>
  void send_as(const M& message, std::uint64_t id) {
    ASSERT_TRUE(net_->send(message, id));
  }

  // The answer to a request; waits for it.
  ipc::Frame answer(std::uint64_t id);
  // No answer to that request has come; gives it `time` to come.
  bool unanswered(std::uint64_t id, std::chrono::milliseconds time);
  // The next message without a request of that type.
  ipc::Frame event(ipc::MessageType type);

  template <class M>
  M expect(std::uint64_t id) {
    const ipc::Frame frame = answer(id);
    auto message = ipc::decode<M>(frame);
    if (!message) ADD_FAILURE() << "answer of type " << frame.type << " instead of " << static_cast<int>(M::type);
    return message ? std::move(*message) : M{};
  }
  template <class A, class M>
  A ask(const M& message) {
    return expect<A>(send(message));
  }
  template <class M>
  M expect_event() {
    auto message = ipc::decode<M>(event(M::type));
    if (!message) ADD_FAILURE() << message.error().message;
    return message ? std::move(*message) : M{};
  }

  // The fake supervisor, under its lock.
  template <class F>
  auto supervisor(F&& action) {
    std::lock_guard lock(mutex_);
    return action(supervisor_);
  }

  // Tells the host to stop and waits for its end.
  Exit stop(std::uint32_t reason);
  // Closes the net channel, as a dying winrmd-net does.
  Exit close_net();
  // Waits for an end that the host finds itself.
  Exit wait_for_end();

 private:
  void read_net();
  void read_supervisor();

  std::unique_ptr<ipc::Channel> net_;
  std::unique_ptr<ipc::Channel> control_;
  std::unique_ptr<Host> host_;
  std::uint64_t next_id_ = 1;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, ipc::Frame> answers_;
  std::deque<ipc::Frame> events_;
  Supervisor supervisor_;
  bool ended_ = false;
  std::future<Exit> exit_;
  std::thread net_reader_;
  std::thread control_reader_;
};

// Setups with the scripted plug-in.
ipc::HostSetup operations_setup();
ipc::HostSetup authorization_setup();

// Requests with sensible content.
ipc::RequestDetails details(std::uint32_t timeout_ms = 20'000);
ipc::ShellCreate shell_create(const std::string& id = "S");
ipc::CommandCreate command_create(const std::string& id = "C", const std::string& line = "run");
ipc::StreamReceive stream_receive(const std::string& command = "C", std::uint32_t timeout_ms = 20'000);
ipc::StreamSend stream_send(const std::string& data, bool end = false, const std::string& command = "C");
ipc::Signal signal_terminate(const std::string& command = "C");

std::string text_of(const ipc::Received& received, std::string_view stream);

// Shells and commands that live until they are told to end: the common part of scripts.
void script_plain_shell();

}  // namespace winrmd::host::testing

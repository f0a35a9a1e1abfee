// A winrmd-host with the plug-in in it, and this process in the place of the supervisor and of winrmd-net. Everything
// here happens on one thread; whatever waits has a deadline.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/ipc/messages_control.hpp"
#include "lib/ipc/socket.hpp"
#include "tools/plugin_check/sandbox.hpp"

namespace winrmd::tools::check {

using Clock = std::chrono::steady_clock;

// Where hosts are started.
struct Ground {
  std::string program;  // winrmd-host
  Sandbox sandbox;
  std::string user{};  // login name of whose tokens nothing else is said
  std::uint32_t memory_mb = 0;
  bool verbose = false;  // what they write goes to our standard error
};

// The last bytes of what the plug-in and its host wrote are kept.
inline constexpr std::size_t max_kept_output = 16U << 10;

class HostProcess {
 public:
  using OnBreach = std::function<void(const std::string& kind, const std::string& detail)>;

  // `setup` is completed: check and limits. Breaches are told as they arrive.
  static Result<std::unique_ptr<HostProcess>> start(const Ground& ground, ipc::HostSetup setup, OnBreach on_breach);
  // Kills what is left.
  ~HostProcess();
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;

  // What winrmd-net sends. Lost where the host has gone.
  template <class M>
  std::uint64_t send(const M& message) {
    const std::uint64_t id = next_id_++;
    send_as(message, id);
    return id;
  }
  template <class M>
  void send_as(const M& message, std::uint64_t id) {
    send_bytes(ipc::encode(message, id));
  }

  // The answer to that message; none by `until`, or when the host has gone.
  std::optional<ipc::Frame> answer(std::uint64_t id, Clock::time_point until);
  // The next message of that type without a request; likewise.
  std::optional<ipc::Frame> event(ipc::MessageType type, Clock::time_point until);
  // Looks after the channels for that long.
  void idle(std::chrono::milliseconds time);
  [[nodiscard]] bool gone() const { return gone_; }
  // As when winrmd-net dies.
  void hang_up();

  // Who a token is; any other one is the account of this process, logged in as Ground::user.
  void describe(const std::string& token, ipc::TokenDescription identity) { described_[token] = std::move(identity); }
  // Which accounts the supervisor lets an authorization plug-in choose: all or none.
  void allow_accounts(bool allow) { accounts_allowed_ = allow; }
  // Tokens that were minted for the plug-in and neither handed over nor released.
  [[nodiscard]] std::size_t tokens_held() const { return minted_.size(); }

  struct Ending {
    bool asked = false;   // it was told to stop, and not before it ended by itself
    bool killed = false;  // it did not end in time
    int status = 0;       // of wait()
  };
  // Tells it to stop and waits for its end, at most that long; then kills it. The second call gives what the first
  // gave.
  Ending stop(std::chrono::milliseconds time);

  [[nodiscard]] const std::string& output() const { return output_; }

 private:
  HostProcess(const Ground& ground, OnBreach on_breach);
  Result<void> launch(const Ground& ground, const ipc::HostSetup& setup);
  void send_bytes(std::string bytes);
  // Reads what is there, waiting until `until` for the first of it.
  void turn(Clock::time_point until);
  void read_net();
  void read_control();
  void read_breaches();
  void read_output();
  void control(const ipc::Frame& frame);
  void note_choice(const ipc::Frame& frame);

  const bool verbose_;
  const std::string user_;
  OnBreach on_breach_;
  pid_t pid_ = -1;
  Fd net_;
  Fd breaches_;
  Fd output_fd_;
  std::unique_ptr<ipc::Channel> control_;
  ipc::FrameReader net_reader_;
  ipc::FrameReader control_reader_;
  ipc::FrameReader breach_reader_;
  std::string waiting_;  // to be sent
  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, ipc::Frame> answers_;
  std::vector<ipc::Frame> events_;
  std::map<std::string, ipc::TokenDescription> described_;
  std::set<std::string> minted_;
  std::uint64_t next_token_ = 1;
  bool accounts_allowed_ = true;
  bool gone_ = false;
  std::optional<Ending> ending_;
  std::string output_;
};

}  // namespace winrmd::tools::check

// Questions to the supervisor, from any thread. The main loop reads the channel and hands the answers over.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "host/core/codes.hpp"
#include "lib/ipc/messages_control.hpp"
#include "lib/ipc/socket.hpp"

namespace winrmd::host {

class SupervisorLink {
 public:
  // A supervisor that has not answered by then will not.
  static constexpr std::chrono::seconds answer_deadline{30};

  explicit SupervisorLink(std::unique_ptr<ipc::Channel> channel) : channel_(std::move(channel)) {}

  [[nodiscard]] int fd() const { return channel_->fd(); }

  template <class T>
  using Answer = std::expected<T, Failure>;

  // Wait for the answer: never on the main thread.
  Answer<ipc::TokenDescription> describe(const std::string& token);
  Answer<ipc::TokenMinted> mint(const std::string& account, const std::string& for_token);
  void release(const std::string& token);
  void ready();

  // Main thread: takes what has come. `on_stop` is called for a Stop message. False: the supervisor is gone, and all
  // questions have failed.
  bool read(const std::function<void(std::uint32_t reason)>& on_stop);
  // Every question fails from now on.
  void close();

 private:
  struct Question {
    std::optional<ipc::Frame> answer;
  };

  template <class M>
  Answer<ipc::Frame> ask(const M& message);

  std::unique_ptr<ipc::Channel> channel_;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::uint64_t next_id_ = 1;
  bool closed_ = false;
  std::unordered_map<std::uint64_t, Question> questions_;
};

}  // namespace winrmd::host

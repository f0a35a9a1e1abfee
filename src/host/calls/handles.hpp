// What the HANDLEs of the interface stand for: events that tell a plug-in to end an operation, and tokens that tell who
// somebody is. A handle is a number that is looked up; nothing lies at its address. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "host/core/address_space.hpp"
#include "host/core/wsman.hpp"
#include "lib/base/fd.hpp"
#include "lib/ipc/messages_control.hpp"

namespace winrmd::host {

// An identity. Several handles may share one.
struct Token {
  std::string id;  // the supervisor's; empty: the account this process runs under
  ipc::TokenDescription identity;
  // We minted it and have not passed it on: whoever drops the last handle releases it in the supervisor.
  std::atomic<bool> minted = false;
};

class Handles {
 public:
  // Events: manual-reset, made for one operation and closed with it.
  HANDLE make_event();
  void set_event(HANDLE event);
  void close_event(HANDLE event);
  // A descriptor that is readable once the event is set; it belongs to the event. -1 for what is no live event.
  int event_descriptor(HANDLE event);

  enum class Waited { set, timed_out, no_event };
  // `timeout_ms` 0xFFFFFFFF: for ever. An event that is closed meanwhile counts as set.
  Waited wait(HANDLE event, std::uint32_t timeout_ms);

  // Tokens. A borrowed handle is closed by us only; plug-ins own the others.
  HANDLE make_token(std::shared_ptr<Token> token, bool borrowed);
  std::shared_ptr<Token> token(HANDLE handle);
  [[nodiscard]] bool borrowed(HANDLE handle);
  // Closes a token handle of either kind and returns its token; null if there is none.
  std::shared_ptr<Token> close_token(HANDLE handle);

 private:
  struct Event {
    Fd fd;
    bool set = false;
    bool closed = false;
    std::condition_variable changed;
  };
  struct TokenHandle {
    std::shared_ptr<Token> token;
    bool borrowed = false;
  };

  HandleSpace space_;
  std::mutex mutex_;
  std::unordered_map<HANDLE, std::shared_ptr<Event>> events_;
  std::unordered_map<HANDLE, TokenHandle> tokens_;
};

}  // namespace winrmd::host

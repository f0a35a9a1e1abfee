// The Unix socket at which `winrmctl reload` asks. Root, the service's own account and the one that owns the
// configuration file may connect; one line comes in, text goes out, and that is all. Nothing here waits.
#pragma once

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"

namespace winrmd::supervisor {

using ControlClock = std::chrono::steady_clock;

inline constexpr std::size_t max_control_sessions = 8;
inline constexpr std::size_t longest_control_request = 64;  // bytes
inline constexpr std::chrono::seconds control_patience{30};

class ControlSocket {
 public:
  // Not open: no sessions, nothing to wait for.
  ControlSocket() = default;
  // A socket that nobody listens at any more is replaced. Fails when another service answers there. The folder is made
  // if it is missing. `owner`: who may ask besides root and this account.
  static Result<ControlSocket> open(const std::string& path, uid_t owner = ::geteuid());
  ~ControlSocket();
  ControlSocket(ControlSocket&&) noexcept;
  ControlSocket& operator=(ControlSocket&&) noexcept;

  // Adds what is to be waited for.
  void wait_for(std::vector<pollfd>& fds) const;
  // Takes connections and what they say. Returns the sessions that ask for a reload; each gets an answer().
  std::vector<std::uint64_t> take_requests(ControlClock::time_point now);
  // Ends the session. `error` empty: done, and `text` says what there is to say.
  void answer(std::uint64_t session, std::string_view error, std::string_view text);
  // When the oldest conversation has taken too long; take_requests() ends it then. time_point::max(): none.
  [[nodiscard]] ControlClock::time_point next_deadline() const;

 private:
  struct Session {
    Fd fd;
    std::string read;
    bool asked = false;
    ControlClock::time_point until;
  };

  static bool keep_reading(Session& session);
  void accept(ControlClock::time_point now);

  std::string path_;
  uid_t owner_ = 0;
  Fd fd_;
  std::map<std::uint64_t, Session> sessions_;
  std::uint64_t last_ = 0;
};

}  // namespace winrmd::supervisor

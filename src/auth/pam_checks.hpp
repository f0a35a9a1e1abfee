// The account checks under way in winrmd-pam processes: each is asked for at the supervisor, gets its question, and
// gives its verdict. A few at a time, the rest wait their turn. Driven by the server's loop; nothing here waits.
#pragma once

#include <poll.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auth/penalties.hpp"
#include "lib/ipc/messages_pam.hpp"
#include "lib/ipc/socket.hpp"

namespace winrmd::auth {

inline constexpr std::size_t max_running_pam = 8;
inline constexpr std::size_t max_waiting_pam = 128;
// A check that has no verdict by then is a no. Shorter than the supervisor's patience with the process.
inline constexpr std::chrono::seconds pam_patience(20);

class PamChecks {
 public:
  class Outlet {
   public:
    virtual ~Outlet() = default;
    virtual void start_pam(std::uint64_t check) = 0;  // to the supervisor
    virtual void pam_verdict(std::uint64_t check, const Result<void>& verdict) = 0;
  };
  explicit PamChecks(Outlet& outlet) : outlet_(outlet) {}

  // False when too many wait; the password was wiped then. The verdict never comes from within this call.
  bool submit(std::uint64_t check, ipc::PamCheck request, Clock::time_point now);
  // The supervisor's answers to start_pam(). False: that check is none of ours.
  bool started(std::uint64_t check, Fd channel);
  bool not_started(std::uint64_t check, const std::string& reason);

  // Adds what is to be waited for, and serves what poll() found there. `fds` begins at the first one that was added.
  void wait_for(std::vector<pollfd>& fds) const;
  void serve(const pollfd* fds);
  // Gives up what takes too long; when to ask again, or Clock::time_point::max().
  Clock::time_point meet_deadlines(Clock::time_point now);
  [[nodiscard]] std::size_t size() const { return checks_.size(); }

 private:
  struct State {
    ipc::PamCheck request;
    bool asked = false;  // the supervisor was asked for a process
    std::optional<ipc::Channel> channel{};
    Clock::time_point until;
  };
  void start_next();
  void end(std::uint64_t check, const Result<void>& verdict);
  // The verdict, once it is there; an error in place of one when there will be none.
  static std::optional<Result<void>> take_verdict(ipc::Channel& channel);

  Outlet& outlet_;
  std::map<std::uint64_t, State> checks_;  // by number, so in the order they came
  std::size_t running_ = 0;
};

}  // namespace winrmd::auth

// The winrmd-pam processes: one for each log-in whose account is being looked at. They stay root, and are few and
// short.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"

namespace winrmd::supervisor {

// At a time. winrmd-auth asks for fewer; more is a mistake of its.
inline constexpr std::size_t max_pam_children = 32;
// One that takes longer is killed: a module hangs.
inline constexpr std::chrono::seconds pam_time(30);

class PamChildren {
 public:
  using Clock = std::chrono::steady_clock;

  // `program` is the path of winrmd-pam; `service` the PAM service, empty for none; `log` its descriptor 2.
  PamChildren(std::string program, std::string service, int log);

  // Another PAM service from the next one on.
  void use(std::string service) { service_ = std::move(service); }
  // Starts one, and gives the end of its channel that is winrmd-auth's. `environment` as in Program.
  Result<Fd> start(std::vector<std::string> environment, Clock::time_point now);
  // True when this dead and unreaped process was one of them; what it left behind in its process group is killed.
  bool ended(pid_t pid);
  // When the next one is to be killed, or Clock::time_point::max().
  [[nodiscard]] Clock::time_point next_deadline() const;
  void kill_overdue(Clock::time_point now);
  void kill_all();
  [[nodiscard]] std::size_t size() const { return children_.size(); }

 private:
  std::string program_;
  std::string service_;
  int log_;
  std::map<pid_t, Clock::time_point> children_;  // and until when
};

}  // namespace winrmd::supervisor

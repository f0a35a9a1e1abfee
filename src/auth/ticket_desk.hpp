// Kerberos tickets for log-ins that came with a password (CredSSP). A KDC that does not answer keeps a worker for as
// long as the Kerberos library waits, so there is one request at a time, and a log-in does not wait for it longer than
// ticket_patience.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "auth/penalties.hpp"
#include "auth/worker_pool.hpp"
#include "lib/credssp/ts_credentials.hpp"

namespace winrmd::auth {

inline constexpr std::chrono::seconds ticket_patience(5);
inline constexpr std::size_t max_ticket_requests = 64;  // waiting for their turn

class TicketDesk {
 public:
  // Blocking, in a worker: a ticket for principal and password, as AcceptContext::delegated() gives it.
  using Acquire = std::function<Result<std::string>(const std::string& principal, const std::string& password)>;
  // Gives a job to the workers; false: full.
  using Work = std::function<bool(Job)>;
  // The ticket (a secret), or why there is none.
  using Done = std::move_only_function<void(Result<std::string>, Clock::time_point)>;

  // Jobs keep a copy of `acquire`; this object outlives their completions.
  TicketDesk(Acquire acquire, Work work) : acquire_(std::move(acquire)), work_(std::move(work)) {}

  // Calls `done` once: from here, from a completion, or from expire(). Not after the connection was forgotten.
  void ask(std::uint64_t connection, std::string principal, credssp::PasswordCredentials credentials, Done done,
           Clock::time_point now);
  // Nobody waits any more.
  void forget(std::uint64_t connection);
  void forget_all();
  // Calls `done` of whoever has waited too long; when to ask again, or Clock::time_point::max().
  Clock::time_point expire(Clock::time_point now);

 private:
  struct Request {
    std::uint64_t number = 0;
    std::string principal;
    credssp::PasswordCredentials credentials;
  };
  struct Waiting {
    std::uint64_t connection = 0;
    Done done;
    Clock::time_point until;
  };

  bool start(Request request);
  void finished(std::uint64_t number, Result<std::string> ticket, Clock::time_point now);
  void tell(std::uint64_t number, Result<std::string> ticket, Clock::time_point now);
  void drop_request(std::uint64_t number);

  Acquire acquire_;
  Work work_;
  std::map<std::uint64_t, Waiting> waiting_;  // by number: the one that waits longest first
  std::deque<Request> queue_;
  bool busy_ = false;
  std::uint64_t last_number_ = 0;
};

}  // namespace winrmd::auth

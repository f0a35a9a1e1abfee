// The log-ins under way. Knows no socket and no clock of its own: the server feeds it messages, results and times, and
// takes out what is to be sent.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "auth/directory.hpp"
#include "auth/penalties.hpp"
#include "auth/verified.hpp"
#include "auth/worker_pool.hpp"
#include "lib/ipc/messages_control.hpp"
#include "lib/ipc/messages_login.hpp"

namespace winrmd::auth {

// Every refusal is given this long after its request came, or a multiple of it when the check took longer: how long an
// answer takes tells nothing about why it is no.
inline constexpr std::chrono::milliseconds refusal_time(400);
// Log-ins under way at a time; more are answered `unavailable`.
inline constexpr std::size_t max_logins = 1024;
// Of these, for one user from one peer who has failed lately; more are refused unchecked.
inline constexpr std::size_t max_suspect_logins = 4;

class Logins {
 public:
  // Where things go. Called from within the functions of Logins.
  class Outlet {
   public:
    virtual ~Outlet() = default;
    virtual void answer(std::uint64_t id, const ipc::LoginResult& result) = 0;   // to net
    virtual void mint(std::uint64_t number, const ipc::MintLogin& request) = 0;  // to the supervisor
    virtual void release(const std::string& token) = 0;                          // to the supervisor
    virtual bool check(Check& check) = 0;                                        // to the workers; false: full
  };

  Logins(const ipc::AuthSetup& setup, Outlet& outlet);

  // A Login message; its password is wiped. `id` is the frame's, quoted in the answer.
  void begin(std::uint64_t id, ipc::Login& login, Clock::time_point now);
  void checked(const CheckResult& result, Clock::time_point now);
  void minted(std::uint64_t number, const ipc::TokenMinted& minted);
  void mint_failed(std::uint64_t number, const ipc::Failed& failed, Clock::time_point now);
  // net does not wait for the log-in of this connection any more.
  void cancel(std::uint64_t connection);
  // net is gone, and everything it waited for.
  void forget_all();

  // Gives the answers that are due; the time of the next one, or Clock::time_point::max().
  Clock::time_point answer_due(Clock::time_point now);
  [[nodiscard]] std::size_t size() const { return logins_.size(); }

 private:
  enum class State : std::uint8_t { checking, held, minting, refusing };
  struct LoginState {
    std::uint64_t id = 0;
    std::uint64_t connection = 0;
    State state = State::checking;
    std::string user;     // canonical, or what the client wrote where there is no such user
    std::string account;  // what the supervisor is asked for
    std::string peer;
    bool known = false;
    Mac mac{};
    Clock::time_point received;
    Clock::time_point held_until;
    Clock::time_point due;  // of held and refusing ones
  };
  using Entry = std::map<std::uint64_t, LoginState>::iterator;

  void unavailable(std::uint64_t id) const;
  void refuse(LoginState& login, Clock::time_point now) const;
  void accept(std::uint64_t number, LoginState& login, Clock::time_point now);
  void ask_for_token(std::uint64_t number, LoginState& login) const;
  [[nodiscard]] bool too_suspect(const LoginState& login, Clock::time_point now) const;
  void start_check(std::uint64_t number, LoginState login, const std::string& hash, std::string password);

  Outlet& outlet_;
  Directory directory_;
  bool privileged_;
  Penalties penalties_;
  Verified verified_;
  std::map<std::uint64_t, LoginState> logins_;
  // Checks under way and who waits for each: equal log-ins at the same time are one check.
  std::map<std::uint64_t, std::vector<std::uint64_t>> checks_;
  std::map<Mac, std::uint64_t> running_;
  std::uint64_t last_number_ = 0;
};

}  // namespace winrmd::auth

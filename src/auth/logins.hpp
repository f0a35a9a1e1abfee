// The log-ins under way. Knows no socket and no clock of its own: the server feeds it messages, results and times, and
// takes out what is to be sent. logins.cpp has what all schemes share, logins_SCHEME.cpp what one of them does until it
// has proven a name.
//
// The way of a log-in: a scheme proves a name → whom it means (accounts.hpp) → may he log in (name service, in a
// worker) → is the account in order (winrmd-pam, where the service is privileged) → the supervisor's token → the
// answer.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "auth/accounts.hpp"
#include "auth/basic.hpp"
#include "auth/certificate_map.hpp"
#include "auth/credssp.hpp"
#include "auth/directory.hpp"
#include "auth/exchanges.hpp"
#include "auth/login_state.hpp"
#include "auth/metrics.hpp"
#include "auth/penalties.hpp"
#include "auth/ticket_desk.hpp"
#include "auth/verified.hpp"
#include "auth/worker_pool.hpp"
#include "lib/gss/gss.hpp"
#include "lib/gss/ticket.hpp"
#include "lib/ipc/messages_control.hpp"
#include "lib/ipc/messages_login.hpp"
#include "lib/ipc/messages_pam.hpp"

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
    virtual bool work(Job job) = 0;                                              // to the workers; false: full
    // To a winrmd-pam; the answer comes as pam_done(check, …). The password was taken or wiped. False: too many.
    virtual bool pam(std::uint64_t check, ipc::PamCheck request) = 0;
  };

  // `names` lives as long as this and the workers.
  Logins(const ipc::AuthSetup& setup, Outlet& outlet, const NameService& names, IsThisHost is_this_host);

  // Other settings from now on. Log-ins under way go on; what is remembered of earlier ones is dropped. Refused, with
  // nothing changed, when a file of the new settings cannot be used and the one of the old settings could; where that
  // could not either, it is a warning.
  ipc::Reloaded reload(const ipc::AuthSetup& setup);
  // A Login message; its token is wiped. `id` is the frame's, quoted in the answer.
  void begin(std::uint64_t id, ipc::Login& login, Clock::time_point now);
  // The error is why not, for the log.
  void pam_done(std::uint64_t check, const Result<void>& verdict, Clock::time_point now);
  void minted(std::uint64_t number, const ipc::TokenMinted& minted);
  void mint_failed(std::uint64_t number, const ipc::Failed& failed, Clock::time_point now);
  // net does not wait for the log-in of this connection any more.
  void cancel(std::uint64_t connection);
  // net is gone, and everything it waited for.
  void forget_all();

  // Gives the answers that are due; the time of the next one, or Clock::time_point::max().
  Clock::time_point answer_due(Clock::time_point now);
  [[nodiscard]] std::size_t size() const { return logins_.size(); }
  // The numbers as they are now, as Prometheus reads them.
  std::string metrics_text();

 private:
  // logins_basic.cpp
  void begin_basic(LoginState login, ipc::Login& message, Clock::time_point now);
  void check_password(std::uint64_t number, LoginState login, const Result<Person>& person, const std::string& hash,
                      BasicCredentials credentials);

  // logins_certificate.cpp
  struct CertificateStep;
  using Verifiers = std::shared_ptr<const std::vector<certificate::Verifier>>;
  static Verifiers make_verifiers(const std::vector<std::string>& issuers, std::string& trouble);
  void begin_certificate(LoginState login, ipc::Login& message, Clock::time_point now);
  void certificate_done(std::uint64_t number, const Result<CertificateLogin>& found, Clock::time_point now);

  // logins_gss.cpp
  struct GssLeg;
  void begin_gss(LoginState login, ipc::Login& message, Clock::time_point now);
  std::unique_ptr<gss::AcceptContext> gss_context(const ipc::Login& message);
  // Why nobody can log in this way with these files, as far as they can tell; empty: it works, or is not wanted.
  struct Troubles {
    std::string kerberos{};
    std::string ntlm{};
    std::string users{};
    std::string issuers{};
  };
  static Troubles find_key_troubles(const gss::KeyFiles& files);
  static void log_troubles(const Troubles& troubles);
  void gss_done(std::uint64_t number, GssLeg& leg, Clock::time_point now);
  // With NTLM, passwords can be guessed: who the token says it is from must wait, or is counted as suspect.
  void count_as_guess(LoginState& login, std::string_view token, Clock::time_point now);

  // logins_credssp.cpp
  struct CredsspLeg;
  void begin_credssp(LoginState login, ipc::Login& message, Clock::time_point now);
  void credssp_done(std::uint64_t number, CredsspLeg& leg, Clock::time_point now);

  // A scheme has proven this name: everything else follows from here. `login` has what the answer needs by then.
  void proven(LoginState login, const RawName& name, Clock::time_point now);
  // Starts a check whose first step is `job` with the number that it reports to admitted(). False: it was answered
  // `unavailable`.
  bool start_check(std::uint64_t number, LoginState login, CheckState check, Job job);
  // First step done: the name service has spoken (and the hash of the user file, where the password is there).
  void admitted(std::uint64_t check, Result<Admission> admission, Clock::time_point now);
  void check_account(std::uint64_t check, Clock::time_point now);
  void checked(std::uint64_t check, const Result<void>& outcome, Clock::time_point now);

  // Brings what is known about users up to date. False: it cannot be, so nobody can log in.
  bool refresh();
  void unavailable(std::uint64_t id);
  // Counts it as a failure, logs it, and refuses.
  void failed(LoginState& login, std::string_view reason, Clock::time_point now);
  void refuse(LoginState& login, Clock::time_point now);
  void accept(std::uint64_t number, LoginState& login, Clock::time_point now);
  void ask_for_token(std::uint64_t number, LoginState& login) const;
  [[nodiscard]] bool too_suspect(const LoginState& login, Clock::time_point now);

  Outlet& outlet_;
  Directory directory_;
  IsThisHost is_this_host_;
  std::shared_ptr<const Accounts> accounts_;  // jobs keep the one they began with
  Verifiers verifiers_;
  const NameService& names_;
  bool privileged_;
  bool pam_;
  Penalties penalties_;
  Metrics metrics_;
  Verified verified_;
  AccountFiles account_files_;
  std::map<std::uint64_t, LoginState> logins_;
  std::map<std::uint64_t, CheckState> checks_;
  std::map<Mac, std::uint64_t> running_;  // checks of passwords
  gss::KeyFiles key_files_;
  Troubles troubles_;
  Exchanges<std::unique_ptr<gss::AcceptContext>> gss_exchanges_;
  Exchanges<std::unique_ptr<CredsspAcceptor>> credssp_exchanges_;
  TicketDesk tickets_{gss::ticket_with_password, [this](Job job) { return outlet_.work(std::move(job)); }};
  // Accounts that winrmd-pam found in order a moment ago, by account and peer, and until when that is believed.
  std::map<std::string, Clock::time_point> fit_accounts_;
  std::uint64_t last_number_ = 0;
  // How long PAM takes at present, from the request on. Who is refused without PAM is told no sooner.
  Clock::duration pam_takes_{0};
};

}  // namespace winrmd::auth

// What a child may ask of the supervisor. requests.cpp holds the table: which message, from which kind of child, in
// which phase of its life, how often. Whatever is not a row of it ends the child that sent it.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/fd.hpp"
#include "lib/config/settings.hpp"
#include "lib/ipc/frame.hpp"
#include "lib/ipc/messages_control.hpp"
#include "supervisor/tokens.hpp"

namespace winrmd::supervisor {

using Clock = std::chrono::steady_clock;

enum class Kind : std::uint8_t { auth, net, operations_host, authorization_host };
std::string_view kind_name(Kind kind);

// How much of a row's allowance is left: it holds `burst` and is filled again at `per_second`.
struct Bucket {
  double left = 0;
  Clock::time_point filled;
};

// Everybody works with the settings as they are now; a reload exchanges them as a whole.
using SharedSettings = std::shared_ptr<const config::Settings>;

// The child that asks, as far as the table cares.
struct Asker {
  Kind kind = Kind::net;
  std::uint64_t number = 0;
  std::string application{};                    // of a host: path
  config::AuthorizationPlugin authorization{};  // of an authorization host: as it was configured when the host started
  bool run_as = false;  // of an operations host: its plug-in runs as somebody else than the user
  bool ready = false;   // it has said so
  std::map<ipc::MessageType, Bucket> buckets;
};

struct Reply {
  std::string bytes;
  std::vector<Fd> fds;
};

struct StartedHost {
  std::uint64_t number = 0;
  std::string account;
  Fd channel;  // for winrmd-net
};

// Which host to start, with everything looked up.
struct HostPlan {
  SharedSettings settings{};  // where application and plug-in are
  const config::Application* application = nullptr;
  const config::Plugin* plugin = nullptr;  // null: the authorization plug-in
  Account account;
  ipc::TokenDescription identity;
  std::string token;
  std::string delegated{};  // see ipc::HostSetup
  std::uint32_t startup_flags = 0;
};

// What requests need that costs a process.
class HostStarter {
 public:
  virtual ~HostStarter() = default;
  // A winrmd-pam; winrmd-auth's end of the channel to it.
  virtual std::expected<Fd, ipc::Failed> start_pam() = 0;
  virtual std::expected<StartedHost, ipc::Failed> start_host(const HostPlan& plan) = 0;
  // Ends the operations host with that number, if there is one.
  virtual void end_host(std::uint64_t number) = 0;
  // winrmd-net or winrmd-auth has taken new settings, or says why not.
  virtual void reloaded(std::uint64_t number, const ipc::Reloaded& report) = 0;
};

class Requests {
 public:
  Requests(SharedSettings settings, bool privileged, Account running, Tokens& tokens, AccountLookup lookup,
           HostStarter& starter);

  // Other settings from the next request on.
  void use(SharedSettings settings) { settings_ = std::move(settings); }

  // Deals with one frame. The reply, if the request has one; an error when the child broke the rules and must be ended.
  Result<std::optional<Reply>> handle(Asker& asker, const ipc::Frame& frame, Clock::time_point now);

 private:
  friend struct Handlers;

  SharedSettings settings_;
  bool privileged_;
  Account running_;
  Tokens& tokens_;
  AccountLookup lookup_;
  HostStarter& starter_;
};

}  // namespace winrmd::supervisor

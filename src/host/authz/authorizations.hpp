// The authorization calls of one plug-in: which are pending, what the plug-in answered, and which contexts it is owed a
// release for. One mutex, never held while the plug-in runs or the supervisor is asked.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "host/authz/sender.hpp"
#include "host/calls/handles.hpp"
#include "host/calls/plugin.hpp"
#include "host/check/quota_watch.hpp"
#include "host/core/call_pool.hpp"
#include "host/core/outbox.hpp"
#include "host/core/supervisor_link.hpp"
#include "lib/ipc/messages_authz.hpp"

namespace winrmd::host {

inline constexpr std::size_t max_described_tokens = 1024;
// Calls that nobody waits for any more and the plug-in has not completed. Beyond this, the oldest is forgotten: its
// sender details are gone, and a context reported for it is not released.
inline constexpr std::size_t max_abandoned_calls = 1024;

class Authorizations {
 public:
  struct Services {
    Outbox& outbox;
    CallPool& pool;
    Handles& handles;
    SlotSpace& space;
    SupervisorLink& supervisor;
  };

  Authorizations(Services services, Plugin& plugin) : services_(services), plugin_(plugin) {}
  ~Authorizations();
  Authorizations(const Authorizations&) = delete;
  Authorizations& operator=(const Authorizations&) = delete;

  // Requests of winrmd-net; main thread.
  void authorize_user(std::uint64_t frame, const ipc::AuthzUser& message);
  void authorize_operation(std::uint64_t frame, const ipc::AuthzOperation& message);
  void query_quota(std::uint64_t frame, const ipc::AuthzQueryQuota& message);
  void cancel(std::uint64_t frame);
  void release_context(std::uint64_t number);
  // Refuses new requests and abandons the pending ones.
  void end_all();
  // True when the plug-in has completed every call.
  [[nodiscard]] bool quiet();
  // For whoever watches the contract: the calls that the plug-in has not completed.
  void report_open();
  // Releases every context that is left; the calls run on the pool.
  void release_all();

  // Calls of the plug-in, from any of its threads, with arguments that libwsmsvc has checked as backend.hpp says. They
  // return what the function of that name returns.
  DWORD user_complete(const void* sender, void* context, HANDLE token, bool administrator, DWORD code, PCWSTR text);
  DWORD operation_complete(const void* sender, void* context, DWORD code, PCWSTR text);
  // `quota` null with code 0 ends the query all the same: the default applies.
  DWORD quota_complete(const void* sender, const WSMAN_AUTHZ_QUOTA* quota, DWORD code, PCWSTR text);

  // A token for a named account, on behalf of the log-in that `client_token` (may be null) is of. Asks the supervisor.
  // `*token` belongs to the plug-in.
  DWORD token_for_account(PCWSTR account, HANDLE client_token, HANDLE* token);

 private:
  enum class Kind { user, operation, quota };
  struct Pending {
    Kind kind = Kind::user;
    std::uint64_t frame = 0;
    std::string token;
    std::unique_ptr<Sender> sender;
    HANDLE client_token = nullptr;
    bool abandoned = false;
  };
  using PendingPtr = std::shared_ptr<Pending>;
  struct Request {
    Kind kind = Kind::user;
    std::string token{};
    std::string http_url{};
    std::string locale{};
    std::uint32_t operation = 0;
    std::string action{};
    std::string resource_uri{};
  };

  void begin(std::uint64_t frame, Request request);
  void run(const PendingPtr& pending, const Request& request);
  bool prepare(const PendingPtr& pending, const Request& request);
  void enter(const EntryPoints& entry, WSMAN_SENDER_DETAILS* sender, Arena& arena, const Request& request);
  void call(const EntryPoints& entry, const PendingPtr& pending, const Request& request);
  void fail(const PendingPtr& pending, const Failure& failure);
  static ipc::AuthzCompleted refusal(const Failure& failure);
  SupervisorLink::Answer<ipc::TokenDescription> describe(const std::string& token);

  // Takes the call that `sender` names out of the table. Null when there is none, or when nobody waits for it: then
  // `context` is released.
  PendingPtr claim(const void* sender, Kind kind, void* context);
  void report_unknown(const void* sender, Kind kind, bool pending);
  void watch_quota(const WSMAN_AUTHZ_QUOTA* quota);
  void abandon(const PendingPtr& pending);
  static std::string_view entry_point(Kind kind);
  void finish(Pending& pending, ipc::AuthzCompleted answer, void* context);
  void choose_token(const Pending& pending, HANDLE token, ipc::AuthzCompleted& answer);
  void mint_for(const Pending& pending, const std::string& account, ipc::AuthzCompleted& answer);
  std::shared_ptr<Token> minted_token(ipc::TokenMinted minted);
  void post_release(void* context);

  Services services_;
  Plugin& plugin_;
  std::mutex mutex_;
  bool refusing_ = false;
  std::unordered_map<std::uint64_t, PendingPtr> by_frame_;  // answered by nobody yet
  std::unordered_map<const void*, PendingPtr> by_sender_;   // with the plug-in
  std::deque<PendingPtr> abandoned_;                        // part of by_sender_, oldest first
  std::unordered_map<const void*, Kind> answered_;          // by the plug-in; only while the contract is watched
  QuotaWatch quota_watch_;
  std::uint64_t next_context_ = 1;
  std::unordered_map<std::uint64_t, void*> contexts_;
  std::unordered_map<std::string, ipc::TokenDescription> described_;
  std::deque<std::string> described_order_;
};

}  // namespace winrmd::host

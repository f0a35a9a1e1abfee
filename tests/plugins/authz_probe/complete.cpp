#include "authz_probe/complete.hpp"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "support/log.hpp"
#include "support/text.hpp"

namespace probe {
namespace {

std::mutex mutex;
std::condition_variable stopped;
bool stopping = false;
std::vector<std::thread> threads;
std::vector<Call> gathered;                   // of `reverse:N`, until there are N
std::map<std::string, HANDLE> client_tokens;  // the last one seen of each user
WSMAN_SENDER_DETAILS* completed_sender = nullptr;
std::atomic<std::int64_t> accepted = 0;

std::u16string text_of(const Call& call) {
  if (!call.rule.localized) return utf16(call.rule.text.value_or(""));
  switch (call.language) {
    case 0x0407:
      return u"Zugriff von der Probe verweigert";
    case 0x040C:
      return u"Accès refusé par la sonde";
    default:
      return u"Access refused by the probe";
  }
}

HANDLE token_of(const Call& call) {
  const auto& token = call.rule.token;
  if (token == "null") return nullptr;
  if (token == "garbage") return reinterpret_cast<HANDLE>(std::uintptr_t{0xDEADBEEF0000});
  if (token.starts_with("account:")) {
    const auto account = utf16(token.substr(8));
    HANDLE made = nullptr;
    const DWORD result = WSManPosixTokenForAccount(account.c_str(), call.client_token, &made);
    Line("TokenForAccount").text("account", token.substr(8)).number("result", result).pointer("token", made).write();
    return made;
  }
  if (token.starts_with("of:")) {
    const std::lock_guard lock(mutex);
    return client_tokens[token.substr(3)];
  }
  return call.client_token;
}

// On the stack, and overwritten before it goes: the infrastructure has to copy it.
DWORD complete_quota(const Call& call, WSMAN_SENDER_DETAILS* sender, DWORD flags, PCWSTR extended) {
  const auto& values = call.rule.quota;
  WSMAN_AUTHZ_QUOTA quota{values[0], values[1], values[2], values[3]};
  const DWORD result = WSManPluginAuthzQueryQuotaComplete(sender, flags, call.rule.no_quota ? nullptr : &quota,
                                                          call.rule.error, extended);
  quota = {};
  return result;
}

DWORD call_completion(const Call& call, Kind kind, WSMAN_SENDER_DETAILS* sender, DWORD flags, HANDLE token) {
  const auto context = reinterpret_cast<PVOID>(static_cast<std::uintptr_t>(call.rule.context.value_or(0)));
  const auto text = text_of(call);
  const PCWSTR extended = call.rule.text || call.rule.localized ? text.c_str() : nullptr;
  switch (kind) {
    case Kind::user:
      return WSManPluginAuthzUserComplete(sender, flags, context, token, call.rule.admin, call.rule.error, extended);
    case Kind::operation:
      return WSManPluginAuthzOperationComplete(sender, flags, context, call.rule.error, extended);
    case Kind::quota:
      break;
  }
  return complete_quota(call, sender, flags, extended);
}

// Which completion call a name of `calls` stands for.
void complete(const Call& call, const std::string& variant) {
  auto* sender = call.sender;
  DWORD flags = 0;
  Kind kind = call.kind;
  if (variant == "null" || variant == "nullflags") sender = nullptr;
  if (variant == "flags1" || variant == "nullflags") flags = 1;
  if (variant == "flags8") flags = 0x80000000;
  if (variant == "invented") sender = reinterpret_cast<WSMAN_SENDER_DETAILS*>(std::uintptr_t{0x123456789ABC0});
  if (variant == "beside") sender = call.sender + 1;
  if (variant == "wrongkind") kind = kind == Kind::user ? Kind::operation : Kind::user;
  if (variant == "stale") {
    const std::lock_guard lock(mutex);
    sender = completed_sender;
  }
  const HANDLE token = kind == Kind::user ? token_of(call) : nullptr;
  const DWORD result = call_completion(call, kind, sender, flags, token);
  const bool took = result == 0;
  if (took && kind != Kind::quota && call.rule.context.value_or(0) != 0) ++accepted;
  if (took) {
    const std::lock_guard lock(mutex);
    completed_sender = call.sender;
  }
  // Ownership of a token of its own passes with success; after anything else it is the plug-in's to close.
  if (kind == Kind::user && call.rule.token.starts_with("account:") && (!took || call.rule.error != 0)) {
    Line("CloseToken").number("result", CloseHandle(token)).write();
  }
  Line("Complete")
      .text("kind", name_of(call.kind))
      .text("name", call.name)
      .text("variant", variant)
      .number("result", result)
      .pointer("token", token)
      .pointer("context", reinterpret_cast<void*>(static_cast<std::uintptr_t>(call.rule.context.value_or(0))))
      .write();
}

void complete_all(const Call& call) {
  for (const auto& variant : call.rule.calls) complete(call, variant);
}

// False when the plug-in is shutting down.
bool pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex);
  return !stopped.wait_for(lock, time, [] { return stopping; });
}

void run_on_thread(std::function<void()> work) {
  const std::lock_guard lock(mutex);
  threads.emplace_back(std::move(work));
}

std::chrono::milliseconds number_after(std::string_view when, std::chrono::milliseconds otherwise) {
  const auto colon = when.find(':');
  if (colon == std::string_view::npos) return otherwise;
  return std::chrono::milliseconds(std::stol(std::string(when.substr(colon + 1))));
}

void gather(Call call, std::size_t count) {
  std::vector<Call> all;
  {
    const std::lock_guard lock(mutex);
    gathered.push_back(std::move(call));
    if (gathered.size() < count) return;
    all = std::exchange(gathered, {});
  }
  run_on_thread([all] {
    for (auto it = all.rbegin(); it != all.rend(); ++it) complete_all(*it);
  });
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::user:
      return "user";
    case Kind::operation:
      return "operation";
    case Kind::quota:
      break;
  }
  return "quota";
}

void carry_out(Call call) {
  {
    const std::lock_guard lock(mutex);
    client_tokens[call.name] = call.client_token;
  }
  if (call.rule.crash) std::abort();
  if (call.rule.exit) ::_exit(3);
  const auto when = call.rule.when;
  constexpr std::chrono::hours forever{24};
  if (when == "never") return;
  if (when == "thread") return run_on_thread([call] { complete_all(call); });
  if (when.starts_with("later")) {
    return run_on_thread([call, time = number_after(when, forever)] {
      if (pause(time)) complete_all(call);
    });
  }
  if (when.starts_with("reverse")) {
    return gather(std::move(call), static_cast<std::size_t>(number_after(when, forever).count()));
  }
  if (when.starts_with("block") && !pause(number_after(when, forever))) return;
  complete_all(call);
}

void stop_all() {
  std::vector<std::thread> all;
  {
    const std::lock_guard lock(mutex);
    stopping = true;
    all = std::exchange(threads, {});
  }
  stopped.notify_all();
  for (auto& thread : all) thread.join();
}

std::int64_t accepted_reports() { return accepted; }

}  // namespace probe

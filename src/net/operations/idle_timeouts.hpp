// How long a shell may go without a request.
#pragma once

#include <chrono>
#include <optional>

#include "net/exchange.hpp"

namespace winrmd::net {

// Clients ask for less in vain.
inline constexpr std::chrono::milliseconds min_idle_timeout{60'000};

// Of the shells of a plug-in: its quotas, within what the application and the service allow.
class IdleTimeouts {
 public:
  IdleTimeouts(const Application& application, const Plugin& plugin, const ipc::LimitSetup& limits);

  // For a new shell. What the client wants is brought within the service's limits; to ask a plug-in for more than its
  // own ceiling is a fault (plugin-api 6.5).
  [[nodiscard]] Outcome<std::chrono::milliseconds> at_creation(std::optional<std::chrono::milliseconds> wanted) const;
  // For a client that leaves and has to know how long it may stay away: no silent rounding.
  [[nodiscard]] Outcome<std::chrono::milliseconds> at_leaving(std::chrono::milliseconds wanted) const;

 private:
  std::chrono::milliseconds usual_;
  std::chrono::milliseconds ceiling_;
  std::chrono::milliseconds plugin_ceiling_ = std::chrono::milliseconds::max();
};

}  // namespace winrmd::net

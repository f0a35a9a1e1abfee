// Who shares a host process of a plug-in with shared_process.
#pragma once

#include <string>

#include "net/gate/user.hpp"

namespace winrmd::net {

// Those for whom this is the same. Where the plug-in runs as somebody, that account is what its users share whoever
// they are; else nobody shares with another identity, nor with another account that the same one works under. The
// revision: what was configured otherwise before a reload is another plug-in.
inline std::string host_key(std::string_view application, const Plugin& plugin, std::string_view who) {
  std::string key(application);
  key.append(1, '\0').append(who).append(1, '\0').append(plugin.name).append(1, '\0');
  return key + std::to_string(plugin.revision);
}

inline std::string run_as_key(std::string_view application, const Plugin& plugin) {
  return host_key(application, plugin, "\2" + plugin.run_as_account);
}

inline std::string host_key(const UserRecord& user, const Plugin& plugin) {
  if (!plugin.run_as_account.empty()) return run_as_key(user.application->path, plugin);
  const auto account = user.token ? user.token->account : std::string("\1service");
  return host_key(user.application->path, plugin, user.owner + '\0' + account);
}

// Of a plug-in that does not share its processes: a user's requests on its resources, whoever it runs as.
inline std::string resources_key(const UserRecord& user, const Plugin& plugin) {
  return host_key(user, plugin) + '\3' + user.owner;
}

}  // namespace winrmd::net

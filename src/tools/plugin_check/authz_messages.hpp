// What winrmd-net asks an authorization plug-in.
#pragma once

#include <string>
#include <vector>

#include "lib/ipc/messages_authz.hpp"
#include "tools/plugin_check/play.hpp"

namespace winrmd::tools::check {

// Values of wsman_operations.h.
inline constexpr std::uint32_t operation_get = 1;
inline constexpr std::uint32_t operation_shell = 8;

ipc::AuthzUser authz_user(const std::string& token);
ipc::AuthzOperation authz_operation(const Subject& subject, const std::string& token,
                                    std::uint32_t operation = operation_shell);
ipc::AuthzQueryQuota authz_quota(const std::string& token);

// The contexts that a plug-in has given, to be released once each.
class Contexts {
 public:
  explicit Contexts(Play& play) : play_(play) {}
  // Takes the context of an answer, where it has one. Gives back its code.
  std::uint32_t take(const Outcome& outcome);
  void release_all();

 private:
  Play& play_;
  std::vector<std::uint64_t> held_;
};

}  // namespace winrmd::tools::check

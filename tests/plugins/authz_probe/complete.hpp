// Carries out what a rule says: the completion calls, on the thread and at the time it names.
#pragma once

#include <cstdint>
#include <string>

#include "authz_probe/api.hpp"
#include "authz_probe/rules.hpp"

namespace probe {

struct Call {
  bool user = false;  // AuthzUser, else AuthzOperation
  WSMAN_SENDER_DETAILS* sender = nullptr;
  HANDLE client_token = nullptr;
  std::string name;
  std::uint16_t language = 0;  // of the thread that the entry point was called on
  Rule rule;
};

// Called from the entry point; returns when the entry point is to return.
void carry_out(Call call);
// Ends every wait and joins every thread. Called by Shutdown.
void stop_all();
// Reports of contexts that were accepted; WSManPluginAuthzReleaseContext calls are to match them.
std::int64_t accepted_reports();

}  // namespace probe

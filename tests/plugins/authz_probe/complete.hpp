// Carries out what a rule says: the completion calls, on the thread and at the time it names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "authz_probe/api.hpp"
#include "authz_probe/rules.hpp"

namespace probe {

enum class Kind { user, operation, quota };

struct Call {
  Kind kind = Kind::user;  // which entry point it came to
  WSMAN_SENDER_DETAILS* sender = nullptr;
  HANDLE client_token = nullptr;
  std::string name;
  std::uint16_t language = 0;  // of the thread that the entry point was called on
  Rule rule;
};

std::string_view name_of(Kind kind);

// Called from the entry point; returns when the entry point is to return.
void carry_out(Call call);
// Ends every wait and joins every thread. Called by Shutdown.
void stop_all();
// Reports of contexts that were accepted; WSManPluginAuthzReleaseContext calls are to match them.
std::int64_t accepted_reports();

}  // namespace probe

// The scenarios that are played against a plug-in.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tools/plugin_check/play.hpp"

namespace winrmd::tools::check {

struct Scenario {
  std::string_view name;
  std::vector<Kind> kinds;  // of plug-ins that it suits
  std::string_view what;    // for people
  void (*play)(Play& play);
};

std::span<const Scenario> scenarios();

// shell_life.cpp
void play_shell_good(Play& play);
void play_shell_threads(Play& play);
// shell_rough.cpp
void play_shell_hostile(Play& play);
void play_shell_cancelled(Play& play);
void play_shell_timed_out(Play& play);
void play_shell_restarted(Play& play);
// shell_crowd.cpp
void play_shell_concurrent(Play& play);
// authz_life.cpp
void play_authz_good(Play& play);
void play_authz_threads(Play& play);
void play_authz_quota(Play& play);
// authz_rough.cpp
void play_authz_hostile(Play& play);
void play_authz_concurrent(Play& play);
void play_authz_cancelled(Play& play);
void play_authz_restarted(Play& play);
// resource_life.cpp
void play_resource_good(Play& play);
void play_resource_threads(Play& play);
// resource_rough.cpp
void play_resource_hostile(Play& play);
// resource_crowd.cpp
void play_resource_concurrent(Play& play);
// resource_gone.cpp
void play_resource_cancelled(Play& play);
void play_resource_timed_out(Play& play);
void play_resource_restarted(Play& play);

}  // namespace winrmd::tools::check

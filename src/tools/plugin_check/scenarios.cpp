#include "tools/plugin_check/scenarios.hpp"

#include <array>

namespace winrmd::tools::check {

std::span<const Scenario> scenarios() {
  static const std::array all{
      Scenario{"good", {Kind::shell}, "shells and commands as a well-behaved client uses them", play_shell_good},
      Scenario{"threads",
               {Kind::shell},
               "the same with all calls on one thread, and with each on another",
               play_shell_threads},
      Scenario{
          "hostile", {Kind::shell}, "long and odd texts, signals and options that there are not", play_shell_hostile},
      Scenario{"concurrent", {Kind::shell}, "many shells and commands at a time", play_shell_concurrent},
      Scenario{"cancelled", {Kind::shell}, "clients that change their mind", play_shell_cancelled},
      Scenario{"timed-out", {Kind::shell}, "clients that do not wait", play_shell_timed_out},
      Scenario{
          "restarted", {Kind::shell}, "hosts that stop while work is under way, and fresh ones", play_shell_restarted},
      Scenario{"good", {Kind::authorization}, "users and what they ask for", play_authz_good},
      Scenario{"threads",
               {Kind::authorization},
               "the same with all calls on one thread, and with each on another",
               play_authz_threads},
      Scenario{"quota", {Kind::authorization}, "what becomes of quotas", play_authz_quota},
      Scenario{
          "hostile", {Kind::authorization}, "odd and long names, operations that there are not", play_authz_hostile},
      Scenario{"concurrent", {Kind::authorization}, "many users at a time", play_authz_concurrent},
      Scenario{"cancelled", {Kind::authorization}, "users who do not wait", play_authz_cancelled},
      Scenario{"restarted",
               {Kind::authorization},
               "hosts that stop while questions are open, and fresh ones",
               play_authz_restarted},
      Scenario{"good",
               {Kind::resource},
               "instances and enumerations as a well-behaved client uses them",
               play_resource_good},
      Scenario{"threads",
               {Kind::resource},
               "the same with all calls on one thread, and with each on another",
               play_resource_threads},
      Scenario{"hostile",
               {Kind::resource},
               "odd and long selectors and bodies, actions, fragments and filters that there are not",
               play_resource_hostile},
      Scenario{"concurrent", {Kind::resource}, "many calls and enumerations at a time", play_resource_concurrent},
      Scenario{"cancelled",
               {Kind::resource},
               "clients that give up, and enumerations that are released in the middle",
               play_resource_cancelled},
      Scenario{"timed-out", {Kind::resource}, "clients that do not wait, or do not come back", play_resource_timed_out},
      Scenario{"restarted",
               {Kind::resource},
               "hosts that stop while enumerations are under way, and fresh ones",
               play_resource_restarted},
  };
  return all;
}

}  // namespace winrmd::tools::check

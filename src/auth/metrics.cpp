#include "auth/metrics.hpp"

#include <array>

namespace winrmd::auth {
namespace {

constexpr std::array check_seconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};

}  // namespace

Metrics::Metrics()
    : unavailable_(registry_.counter("winrmd_auth_logins_unavailable_total", "Log-ins that could not be looked at.")),
      held_back_(registry_.counter("winrmd_auth_logins_held_back_total",
                                   "Log-ins whose answer waited because of earlier failures.")),
      too_suspect_(registry_.counter("winrmd_auth_logins_unchecked_total",
                                     "Log-ins refused unchecked: too many guesses at a time.")),
      remembered_(registry_.counter("winrmd_auth_passwords_remembered_total",
                                    "Passwords that were right a moment ago and not checked again.")),
      logins_(registry_.gauge("winrmd_auth_logins_in_progress", "Log-ins under way.")),
      checks_(registry_.gauge("winrmd_auth_checks_in_progress", "Checks that log-ins wait for.")),
      penalties_(
          registry_.gauge("winrmd_auth_penalties", "Users, addresses and pairs of them that have failed lately.")) {}

void Metrics::accepted(std::string_view mechanism) {
  registry_
      .counter("winrmd_auth_logins_accepted_total", "Log-ins that succeeded.", {{"mechanism", std::string(mechanism)}})
      .add();
}

void Metrics::checked(std::string_view mechanism, std::chrono::duration<double> took) {
  registry_
      .histogram("winrmd_auth_check_seconds", "From the last message of a good log-in until it was checked.",
                 check_seconds, {{"mechanism", std::string(mechanism)}})
      .observe(took.count());
}

void Metrics::refused(std::string_view mechanism) {
  registry_
      .counter("winrmd_auth_logins_refused_total", "Log-ins that were refused.",
               {{"mechanism", std::string(mechanism)}})
      .add();
}

void Metrics::account_check(bool in_order) {
  registry_
      .counter("winrmd_auth_account_checks_total", "Looks of winrmd-pam at an account.",
               {{"verdict", in_order ? "good" : "bad"}})
      .add();
}

void Metrics::set_levels(std::size_t logins, std::size_t checks, std::size_t penalties) {
  logins_.set(static_cast<double>(logins));
  checks_.set(static_cast<double>(checks));
  penalties_.set(static_cast<double>(penalties));
}

}  // namespace winrmd::auth

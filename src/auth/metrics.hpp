// What winrmd-auth counts. docs/administration.md explains each. Nothing here tells one refused user from another: who
// may read these numbers must not learn from them whether a user exists.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lib/metrics/registry.hpp"

namespace winrmd::auth {

class Metrics {
 public:
  Metrics();

  // A log-in that was begun has ended.
  void accepted(std::string_view mechanism);
  // Whoever somebody is has been found out, `took` after the last message of the log-in.
  void checked(std::string_view mechanism, std::chrono::duration<double> took);
  void refused(std::string_view mechanism);
  // Answered `unavailable`: too much is under way, or the user file cannot be believed.
  void unavailable() { unavailable_.add(); }
  // Its answer waits longer because of earlier failures.
  void held_back() { held_back_.add(); }
  // Refused unchecked: too many guesses at one user from one address at a time.
  void too_suspect() { too_suspect_.add(); }
  // A password that was right a moment ago.
  void remembered() { remembered_.add(); }
  void account_check(bool in_order);

  // As things are now.
  void set_levels(std::size_t logins, std::size_t checks, std::size_t penalties);
  [[nodiscard]] std::string text() const { return registry_.text(); }

 private:
  metrics::Registry registry_;
  metrics::Counter& unavailable_;
  metrics::Counter& held_back_;
  metrics::Counter& too_suspect_;
  metrics::Counter& remembered_;
  metrics::Gauge& logins_;
  metrics::Gauge& checks_;
  metrics::Gauge& penalties_;
};

}  // namespace winrmd::auth

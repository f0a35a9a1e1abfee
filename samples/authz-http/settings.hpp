// The plug-in's parameters.
#pragma once

#include <chrono>
#include <wsman.hpp>

struct Settings {
  std::string url;                          // of the policy
  std::string ca_file;                      // PEM; empty: the system's
  std::chrono::milliseconds timeout{2000};  // for one question
  std::chrono::seconds cache_lifetime{30};  // 0: every question is asked
  unsigned threads = 4;                     // questions at a time; more wait
  static constexpr std::size_t max_cache_size = 10'000;
  static constexpr std::size_t max_waiting = 1'000;  // more are refused

  // Throws wsman::Error, having said why on stderr.
  static Settings from(const wsman::Startup& startup);
};

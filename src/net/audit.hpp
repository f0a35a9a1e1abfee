// The audit log: one JSON line for each log-in outcome and each authorization decision. Never a secret.
#pragma once

#include <chrono>
#include <string_view>

#include "lib/base/fd.hpp"
#include "net/exchange.hpp"

namespace winrmd::net {

struct AuditEntry {
  std::string_view event;  // `login`, `authz_user`, `authz_operation`
  std::string_view user;
  std::string_view mechanism;
  std::string_view peer;
  std::string_view operation;  // action URI; empty for log-ins and user authorization
  std::string_view resource;
  std::string_view verdict;  // `allowed`, `denied`, `redirected`, `error`
  std::uint32_t code = 0;
  std::string_view plugin;  // name, or `built-in`
  std::chrono::microseconds taken{0};
  std::string_view account;  // what the work will run under, where this decides it
};

class Audit {
 public:
  explicit Audit(Fd fd) : fd_(std::move(fd)) {}
  void write(const AuditEntry& entry);

 private:
  Fd fd_;
};

// Measures the time a decision takes.
class Stopwatch {
 public:
  [[nodiscard]] std::chrono::microseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(Link::Clock::now() - start_);
  }

 private:
  Link::Clock::time_point start_ = Link::Clock::now();
};

}  // namespace winrmd::net

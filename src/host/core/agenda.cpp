#include "host/core/agenda.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace winrmd::host {

Waker::Waker() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Waker::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(fd_.get(), &one, sizeof one);
}

void Waker::drain() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(fd_.get(), &count, sizeof count);
}

void Agenda::at(Clock::time_point when, std::function<void()> action) {
  bool earliest = false;
  {
    std::lock_guard lock(mutex_);
    earliest = entries_.empty() || when < entries_.begin()->first;
    entries_.emplace(when, std::move(action));
  }
  if (earliest) waker_.wake();
}

std::optional<Clock::time_point> Agenda::next() {
  std::lock_guard lock(mutex_);
  if (entries_.empty()) return std::nullopt;
  return entries_.begin()->first;
}

void Agenda::run_due(Clock::time_point now) {
  std::vector<std::function<void()>> due;
  {
    std::lock_guard lock(mutex_);
    while (!entries_.empty() && entries_.begin()->first <= now) {
      due.push_back(std::move(entries_.begin()->second));
      entries_.erase(entries_.begin());
    }
  }
  for (const auto& action : due) action();
}

}  // namespace winrmd::host

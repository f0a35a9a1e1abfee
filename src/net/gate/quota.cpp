#include "net/gate/quota.hpp"

#include <algorithm>

namespace winrmd::net {

bool Usage::count_message(const Quota& quota, Link::Clock::time_point now) {
  if (quota.max_operations_per_timeslot == unlimited) return true;
  if (now >= slot_end_) {
    slot_end_ = now + std::chrono::seconds(quota.timeslot_seconds);
    messages_ = 0;
  }
  if (messages_ >= quota.max_operations_per_timeslot) return false;
  ++messages_;
  return true;
}

bool SlidingWindow::count(Link::Clock::time_point now) {
  if (most_ == 0) return true;
  const std::int64_t slice = now.time_since_epoch() / slice_;
  // What has left the window is forgotten, slice by slice.
  const auto passed = std::min<std::int64_t>(slice - current_, slices + 1);
  for (std::int64_t i = 0; i < passed; ++i) {
    auto& oldest = in_[static_cast<std::size_t>(slice - i) % in_.size()];
    total_ -= std::exchange(oldest, 0);
  }
  current_ = std::max(current_, slice);
  if (total_ >= most_) return false;
  ++total_;
  ++in_[static_cast<std::size_t>(current_) % in_.size()];
  return true;
}

}  // namespace winrmd::net

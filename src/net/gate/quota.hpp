// How much a user, and everybody together, may ask for: time slots, concurrent operations, and the window over all of
// an application. No clock and no I/O: the caller says what time it is.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>

#include "lib/ipc/messages_authz.hpp"
#include "net/link.hpp"

namespace winrmd::net {

using Quota = ipc::AuthzQuota;
inline constexpr std::uint32_t unlimited = 0xFFFFFFFF;

// What a user has asked for, whatever quota is in force: it outlives user records, so that neither idleness nor another
// log-in gives a fresh time slot.
class Usage {
 public:
  // Counts a message that arrives now; false: one too many for the time slot. A slot begins with the first message that
  // is counted after the slot before has passed.
  bool count_message(const Quota& quota, Link::Clock::time_point now);
  // Nothing to remember any more.
  [[nodiscard]] bool is_over(Link::Clock::time_point now) const { return operations_ == 0 && now >= slot_end_; }

  [[nodiscard]] std::size_t operations() const { return operations_; }

 private:
  friend class OperationSlot;
  std::size_t operations_ = 0;  // top-level, in progress
  std::uint32_t messages_ = 0;  // in the slot
  Link::Clock::time_point slot_end_ = Link::Clock::time_point::min();
};
using UsageRef = std::shared_ptr<Usage>;

// One of a user's concurrent operations, from its admission to its end.
class OperationSlot {
 public:
  OperationSlot() = default;
  explicit OperationSlot(UsageRef usage) : usage_(std::move(usage)) { ++usage_->operations_; }
  OperationSlot(OperationSlot&& other) noexcept = default;
  OperationSlot& operator=(OperationSlot&& other) noexcept {
    if (this != &other) {
      end();
      usage_ = std::move(other.usage_);
    }
    return *this;
  }
  OperationSlot(const OperationSlot&) = delete;
  OperationSlot& operator=(const OperationSlot&) = delete;
  ~OperationSlot() { end(); }

 private:
  void end() {
    if (usage_) --usage_->operations_;
    usage_.reset();
  }
  UsageRef usage_;
};

// At most `most` messages in any stretch of time of that length. Memory does not grow with `most`: time is counted in
// slices, so a message may count for up to 1/64 of the length longer than it should.
class SlidingWindow {
 public:
  // `most` 0: no limit.
  SlidingWindow(std::chrono::milliseconds length, std::uint32_t most)
      : slice_(std::chrono::duration_cast<Link::Clock::duration>(length) / slices + Link::Clock::duration(1)),
        most_(most) {}

  // Counts a message that arrives now; false: one too many.
  bool count(Link::Clock::time_point now);

 private:
  static constexpr std::int64_t slices = 64;

  Link::Clock::duration slice_;
  std::uint32_t most_;
  std::uint64_t total_ = 0;
  std::int64_t current_ = 0;                                              // number of the slice that `now` is in
  std::array<std::uint32_t, static_cast<std::size_t>(slices) + 1> in_{};  // by slice number, the current one included
};

}  // namespace winrmd::net

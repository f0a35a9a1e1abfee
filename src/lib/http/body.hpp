// Where a request body goes, and how much of it may.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace winrmd::http {

class BodySink {
 public:
  void start(std::string& target, std::size_t limit) {
    target_ = &target;
    limit_ = limit;
    size_ = 0;
  }
  void set_limit(std::size_t limit) { limit_ = limit; }
  // From now on bytes are counted and not kept.
  void discard() {
    if (target_ != nullptr) target_->clear();
    target_ = nullptr;
  }

  [[nodiscard]] bool over_limit() const { return size_ > limit_; }
  [[nodiscard]] std::size_t room() const { return limit_ - std::min(size_, limit_); }

  void put(std::string_view bytes) {
    size_ += bytes.size();
    if (target_ != nullptr) target_->append(bytes);
  }
  // Room for what is announced, but not so much that an announcement alone costs memory worth mentioning.
  void reserve(std::size_t announced) {
    if (target_ != nullptr) target_->reserve(std::min(announced, most_reserved));
  }

 private:
  static constexpr std::size_t most_reserved = 64U << 10;
  std::string* target_ = nullptr;
  std::size_t limit_ = 0;
  std::size_t size_ = 0;
};

}  // namespace winrmd::http

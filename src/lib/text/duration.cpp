#include "lib/text/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>

namespace winrmd::text {
namespace {

struct Unit {
  char letter;
  std::int64_t milliseconds;
};

constexpr std::int64_t second = 1000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t longest = std::int64_t{2147483647} * 1000;

// Years and months (length 0 here) may appear with the value zero only.
constexpr std::array date_units{Unit{'Y', 0}, Unit{'M', 0}, Unit{'D', day}};
constexpr std::array time_units{Unit{'H', hour}, Unit{'M', minute}, Unit{'S', second}};

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  // nullptr, or what is wrong.
  const char* parse() {
    if (!take('P')) return "it does not start with P";
    if (const char* problem = weeks_or_date()) return problem;
    if (take('T')) {
      const bool date = any_;
      any_ = false;
      if (const char* problem = components(time_units)) return problem;
      if (!any_) return "nothing follows T";
      any_ = any_ || date;
    }
    if (!rest_.empty()) return "unexpected text at the end";
    return any_ ? nullptr : "it is empty";
  }

  [[nodiscard]] std::int64_t total() const { return total_; }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Digits as a number; nothing when there are none. Stops growing above the longest duration.
  std::optional<std::int64_t> digits() {
    std::size_t n = 0;
    std::int64_t value = 0;
    for (; n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9'; ++n) {
      if (value <= longest) value = value * 10 + (rest_[n] - '0');
    }
    if (n == 0) return std::nullopt;
    rest_.remove_prefix(n);
    return value;
  }

  // Milliseconds of `.5` and the like; digits behind the third are dropped.
  std::optional<std::int64_t> fraction() {
    std::int64_t value = 0;
    std::int64_t weight = 100;
    std::size_t n = 0;
    for (; n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9'; ++n) {
      value += (rest_[n] - '0') * weight;
      weight /= 10;
    }
    if (n == 0) return std::nullopt;
    rest_.remove_prefix(n);
    return value;
  }

  const char* add(std::int64_t count, std::int64_t unit) {
    any_ = true;
    if (unit == 0) return count == 0 ? nullptr : "years and months have no fixed length";
    if (count > longest / unit || total_ + count * unit > longest) return "it is too long";
    total_ += count * unit;
    return nullptr;
  }

  const char* weeks_or_date() {
    const auto begin = rest_;
    const auto count = digits();
    if (count && take('W')) {
      if (const char* problem = add(*count, 7 * day)) return problem;
      return rest_.empty() ? nullptr : "weeks stand alone";
    }
    rest_ = begin;
    return components(date_units);
  }

  template <std::size_t n>
  const char* components(const std::array<Unit, n>& units) {
    std::size_t next = 0;
    for (;;) {
      const auto count = digits();
      if (!count) return nullptr;
      std::int64_t milliseconds = 0;
      bool seconds_only = false;
      if (take('.')) {
        const auto part = fraction();
        if (!part) return "no digit after the decimal point";
        milliseconds = *part;
        seconds_only = true;
      }
      while (next < units.size() && !rest_.starts_with(units[next].letter)) ++next;
      if (next == units.size()) return "a number without a unit that may stand there";
      if (seconds_only && units[next].letter != 'S') return "only seconds may have a fraction";
      rest_.remove_prefix(1);
      if (const char* problem = add(*count, units[next].milliseconds)) return problem;
      if (total_ + milliseconds > longest) return "it is too long";
      total_ += milliseconds;
      ++next;
    }
  }

  std::string_view rest_;
  std::int64_t total_ = 0;
  bool any_ = false;
};

std::int64_t not_negative(std::chrono::milliseconds value) { return value.count() > 0 ? value.count() : 0; }

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  Parser parser(text);
  if (const char* problem = parser.parse()) return fail(fmt::format("bad duration: {}", problem));
  return std::chrono::milliseconds(parser.total());
}

std::string format_seconds(std::chrono::milliseconds value) {
  const auto ms = not_negative(value);
  return fmt::format("PT{}.{:03}S", ms / second, ms % second);
}

std::string format_days(std::chrono::milliseconds value) {
  const auto ms = not_negative(value);
  return fmt::format("P{}DT{}H{}M{}S", ms / day, ms % day / hour, ms % hour / minute, ms % minute / second);
}

}  // namespace winrmd::text

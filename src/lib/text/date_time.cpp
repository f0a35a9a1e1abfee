#include "lib/text/date_time.hpp"

#include <fmt/format.h>

#include <optional>

namespace winrmd::text {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  // Nothing: it is no date and time.
  std::optional<DateTime> parse() {
    const auto year = number(4, 1, 9999);
    const auto month = after('-', 12, 1);
    const auto day = after('-', 31, 1);
    const auto hour = after('T', 23);
    const auto minute = after(':', 59);
    const auto second = after(':', 59);
    const auto milliseconds = fraction();
    const auto offset = zone();
    if (!good_ || !rest_.empty()) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute - offset) +
           std::chrono::seconds(second) + std::chrono::milliseconds(milliseconds);
  }

 private:
  // Exactly so many digits, and a value in the range.
  int number(std::size_t digits, int least, int most) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (i >= rest_.size() || !is_digit(rest_[i])) return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value >= least && value <= most ? value : fail();
  }
  int after(char separator, int most, int least = 0) {
    if (!rest_.starts_with(separator)) return fail();
    rest_.remove_prefix(1);
    return number(2, least, most);
  }
  int fraction() {
    if (!rest_.starts_with('.')) return 0;
    rest_.remove_prefix(1);
    if (rest_.empty() || !is_digit(rest_.front())) return fail();
    int value = 0;
    for (int weight = 100; !rest_.empty() && is_digit(rest_.front()); weight /= 10) {
      value += (rest_.front() - '0') * weight;
      rest_.remove_prefix(1);
    }
    return value;
  }
  // Minutes east of Greenwich.
  int zone() {
    if (rest_.empty()) return 0;
    const char sign = rest_.front();
    rest_.remove_prefix(1);
    if (sign == 'Z') return 0;
    if (sign != '+' && sign != '-') return fail();
    const int hours = number(2, 0, 14);
    const int offset = hours * 60 + after(':', hours == 14 ? 0 : 59);
    return sign == '+' ? offset : -offset;
  }
  int fail() {
    good_ = false;
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

Result<DateTime> parse_date_time(std::string_view text) {
  const auto value = Parser(text).parse();
  if (!value) return winrmd::fail("it is no date with a time, as in 2026-11-25T04:00:00Z");
  return *value;
}

std::string format_date_time(DateTime value) {
  const auto day = std::chrono::floor<std::chrono::days>(value);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(value - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

}  // namespace winrmd::text

// Numbers about a process, and the text in which Prometheus and its kin read them (text format 0.0.4). One thread: who
// counts in workers hands over what is to be counted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winrmd::metrics {

// What a page of text() is, as HTTP says it.
inline constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

// Sorted by the caller; the same set in another order would be another series.
using Labels = std::vector<std::pair<std::string, std::string>>;

// Only grows.
class Counter {
 public:
  void add(std::uint64_t more = 1) { value_ += more; }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

class Gauge {
 public:
  void set(double value) { value_ = value; }
  [[nodiscard]] double value() const { return value_; }

 private:
  double value_ = 0;
};

class Histogram {
 public:
  // `bounds`: the upper ends of the buckets, rising; the last bucket, without an end, comes by itself.
  explicit Histogram(std::span<const double> bounds);
  void observe(double value);
  [[nodiscard]] std::span<const double> bounds() const { return bounds_; }
  // How many were observed in each bucket, the endless one last.
  [[nodiscard]] std::span<const std::uint64_t> counts() const { return counts_; }
  [[nodiscard]] double sum() const { return sum_; }

 private:
  std::vector<double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

// Owns its series; what it gives out lives as long as it does. A series that was asked for once is the same when asked
// for again, so callers need not keep it. Names and help are the program's own text and must be valid; label values may
// be anything.
class Registry {
 public:
  Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                       const Labels& labels = {});

  // All series, families by name.
  [[nodiscard]] std::string text() const;

 private:
  struct Family {
    std::string help;
    std::map<Labels, std::unique_ptr<Counter>> counters;
    std::map<Labels, std::unique_ptr<Gauge>> gauges;
    std::map<Labels, std::unique_ptr<Histogram>> histograms;
  };
  Family& family(std::string_view name, std::string_view help);

  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace winrmd::metrics

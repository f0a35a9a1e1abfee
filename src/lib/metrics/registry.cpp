#include "lib/metrics/registry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace winrmd::metrics {
namespace {

std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
  return out;
}

void append_sample(std::string& out, std::string_view name, const Labels& labels, std::string_view value) {
  out += name;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    out += fmt::format("{}{}=\"{}\"", i == 0 ? '{' : ',', labels[i].first, escaped(labels[i].second, true));
  }
  if (!labels.empty()) out += '}';
  out += fmt::format(" {}\n", value);
}

void append_histogram(std::string& out, std::string_view name, const Labels& labels, const Histogram& histogram) {
  const auto bucket = std::string(name) + "_bucket";
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
    total += histogram.counts()[i];
    auto with_bound = labels;
    const bool last = i == histogram.bounds().size();
    with_bound.emplace_back("le", last ? "+Inf" : fmt::format("{}", histogram.bounds()[i]));
    append_sample(out, bucket, with_bound, fmt::format("{}", total));
  }
  append_sample(out, std::string(name) + "_sum", labels, fmt::format("{}", histogram.sum()));
  append_sample(out, std::string(name) + "_count", labels, fmt::format("{}", total));
}

}  // namespace

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.begin(), bounds.end()), counts_(bounds.size() + 1) {}

void Histogram::observe(double value) {
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  ++counts_[static_cast<std::size_t>(bucket)];
  sum_ += value;
}

Registry::Family& Registry::family(std::string_view name, std::string_view help) {
  const auto found = families_.find(name);
  if (found != families_.end()) return found->second;
  Family fresh;
  fresh.help = help;
  return families_.emplace(std::string(name), std::move(fresh)).first->second;
}

Counter& Registry::counter(std::string_view name, std::string_view help, const Labels& labels) {
  auto& series = family(name, help).counters[labels];
  if (!series) series = std::make_unique<Counter>();
  return *series;
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  auto& series = family(name, help).gauges[labels];
  if (!series) series = std::make_unique<Gauge>();
  return *series;
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                               const Labels& labels) {
  auto& series = family(name, help).histograms[labels];
  if (!series) series = std::make_unique<Histogram>(bounds);
  return *series;
}

std::string Registry::text() const {
  std::string out;
  for (const auto& [name, family] : families_) {
    const auto* type = !family.counters.empty() ? "counter" : !family.gauges.empty() ? "gauge" : "histogram";
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(family.help, false), name, type);
    for (const auto& [labels, counter] : family.counters) {
      append_sample(out, name, labels, fmt::format("{}", counter->value()));
    }
    for (const auto& [labels, gauge] : family.gauges) {
      append_sample(out, name, labels, fmt::format("{}", gauge->value()));
    }
    for (const auto& [labels, histogram] : family.histograms) append_histogram(out, name, labels, *histogram);
  }
  return out;
}

}  // namespace winrmd::metrics

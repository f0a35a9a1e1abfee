#include "lib/metrics/registry.hpp"

#include <gtest/gtest.h>

#include <array>

namespace winrmd::metrics {
namespace {

TEST(Registry, WritesWhatPrometheusReads) {
  Registry registry;
  registry.counter("b_total", "Things.", {{"kind", "x"}}).add();
  registry.counter("b_total", "Things.", {{"kind", "y"}}).add(41);
  registry.counter("b_total", "Things.", {{"kind", "y"}}).add();
  registry.gauge("a", "A level.").set(2.5);
  EXPECT_EQ(registry.text(),
            "# HELP a A level.\n# TYPE a gauge\na 2.5\n"
            "# HELP b_total Things.\n# TYPE b_total counter\nb_total{kind=\"x\"} 1\nb_total{kind=\"y\"} 42\n");
}

TEST(Registry, BucketsOfAHistogramAddUp) {
  Registry registry;
  constexpr std::array bounds{0.1, 1.0};
  auto& histogram = registry.histogram("seconds", "How long.", bounds, {{"way", "x"}});
  for (const double value : {0.0, 0.1, 0.5, 1.0, 7.0}) histogram.observe(value);
  EXPECT_EQ(registry.text(),
            "# HELP seconds How long.\n# TYPE seconds histogram\n"
            "seconds_bucket{way=\"x\",le=\"0.1\"} 2\nseconds_bucket{way=\"x\",le=\"1\"} 4\n"
            "seconds_bucket{way=\"x\",le=\"+Inf\"} 5\nseconds_sum{way=\"x\"} 8.6\nseconds_count{way=\"x\"} 5\n");
}

TEST(Registry, LabelValuesCannotBreakTheText) {
  Registry registry;
  registry.counter("c_total", "x").add();
  registry.counter("d_total", "one\ntwo\\", {{"v", "a\"} 1\nevil_total 9\\"}}).add();
  EXPECT_EQ(registry.text(),
            "# HELP c_total x\n# TYPE c_total counter\nc_total 1\n"
            "# HELP d_total one\\ntwo\\\\\n# TYPE d_total counter\n"
            "d_total{v=\"a\\\"} 1\\nevil_total 9\\\\\"} 1\n");
}

TEST(Registry, CountsBeyondWhatADoubleHolds) {
  Registry registry;
  registry.counter("n_total", "x").add(std::uint64_t{1} << 63U);
  registry.counter("n_total", "x").add();
  EXPECT_EQ(registry.counter("n_total", "x").value(), 9'223'372'036'854'775'809U);
  EXPECT_NE(registry.text().find("n_total 9223372036854775809\n"), std::string::npos);
}

TEST(Registry, WithoutSeriesIsAnEmptyPage) { EXPECT_EQ(Registry().text(), ""); }

}  // namespace
}  // namespace winrmd::metrics

// A shell that streams: its commands put out a line now and then, until they are done or are told to end.
//     count 5 200        counts to 5, with 200 milliseconds between
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <wsman.hpp>

#include "counter.hpp"
#include "workers.hpp"

namespace {

constexpr unsigned max_count = 1'000'000;
constexpr unsigned max_interval = 60'000;  // milliseconds

// The words of the command line: some clients send it as one text, some the arguments apart.
std::vector<std::string> words_of(const wsman::NewCommand& request) {
  std::string line = wsman::to_utf8(request.line()).value_or("");
  for (std::size_t i = 0; i < request.argument_count(); ++i) {
    line += ' ';
    line += wsman::to_utf8(request.argument(i)).value_or("");
  }
  std::vector<std::string> words(1);
  for (const char c : line) {
    if (c != ' ') {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::optional<unsigned> number(const std::string& word, unsigned largest) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value > largest) return std::nullopt;
  return value;
}

std::shared_ptr<Counter> counter_for(const wsman::NewCommand& request) {
  const auto words = words_of(request);
  const auto count = words.size() == 3 ? number(words[1], max_count) : std::nullopt;
  const auto interval = words.size() == 3 ? number(words[2], max_interval) : std::nullopt;
  if (!count || !interval || words[0] != "count") {
    throw wsman::Error(ERROR_INVALID_PARAMETER, WSMAN_TEXT("usage: count NUMBER MILLISECONDS"));
  }
  return std::make_shared<Counter>(*count, std::chrono::milliseconds(*interval));
}

class CountShell : public wsman::Shell {
 public:
  explicit CountShell(Workers& workers) : workers_(workers) {}

  void command(wsman::NewCommand request) override {
    const auto counter = counter_for(request);
    if (request.accept(counter) != NO_ERROR) return;
    request.free_details();
    try {
      workers_.run([counter] { counter->work(); });
    } catch (...) {
      counter->finish(ERROR_OUTOFMEMORY);
    }
  }

 private:
  Workers& workers_;
};

class CountPlugin : public wsman::ShellPlugin {
 public:
  explicit CountPlugin(const wsman::Startup&) {}

  void shell(wsman::NewShell request) override { request.accept(std::make_shared<CountShell>(workers_)); }

 private:
  Workers workers_;
};

}  // namespace

WSMAN_SHELL_PLUGIN(CountPlugin)

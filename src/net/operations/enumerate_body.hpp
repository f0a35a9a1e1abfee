// The bodies of WS-Enumeration requests, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/text/date_time.hpp"
#include "net/exchange.hpp"
#include "net/operations/item_source.hpp"

namespace winrmd::net {

// n:Expires, as time from now.
struct Expiration {
  std::chrono::milliseconds after{0};
  bool as_date = false;  // it was a point of time, and is answered with one
};

struct EnumerateRequest {
  bool optimized = false;
  std::size_t max_elements = 1;
  EnumerationMode mode = EnumerationMode::object;
  std::optional<soap::Expression> filter;
  std::optional<std::vector<soap::Selector>> selectors;  // of a filter in the selector dialect
  std::optional<Expiration> expires;
};

struct PullRequest {
  std::string context;
  std::size_t max_elements = 1;
  std::optional<std::size_t> max_characters;
  std::optional<std::chrono::milliseconds> max_time;
};

// Of Release, Renew and GetStatus.
struct ContextRequest {
  std::string context;
  std::optional<Expiration> expires;
};

// Unknown modes, filters, bad numbers and times are faults. `most`: no answer holds more items. `now` is for points of
// time.
Outcome<EnumerateRequest> parse_enumerate(const soap::Request& request, std::size_t most, text::DateTime now);
Outcome<PullRequest> parse_pull(const soap::Request& request, std::size_t most);
// `name`: of the element in the body.
Outcome<ContextRequest> parse_context(const soap::Request& request, std::string_view name, text::DateTime now);

// The clock of points of time.
text::DateTime date_now();

}  // namespace winrmd::net

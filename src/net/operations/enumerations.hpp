// WS-Enumeration contexts: what an Enumerate found and a Pull has not fetched yet.
#pragma once

#include <chrono>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/exchange.hpp"
#include "net/gate/user.hpp"

namespace winrmd::net {

struct EnumerationItem {
  std::string object;  // XML
  std::string epr;     // a:EndpointReference XML
};

enum class EnumerationMode { object, epr, object_and_epr };

struct EnumerateRequest {
  bool optimized = false;
  std::size_t max_elements = 1;
  EnumerationMode mode = EnumerationMode::object;
  std::string filter_dialect;  // empty: no filter
  const xml::Element* filter = nullptr;
};

// Takes n:Enumerate apart; unknown modes and bad numbers are faults.
Outcome<EnumerateRequest> parse_enumerate(const soap::Request& request);

class Enumerations {
 public:
  // The body of an EnumerateResponse. What does not fit into it waits under a new context of this owner, and
  // keeps `permit` until it has been fetched, released, or forgotten.
  std::string begin(const EnumerateRequest& request, std::vector<EnumerationItem> items, Permit permit,
                    std::string_view owner, std::string_view resource_uri, std::size_t room);
  // The body of a PullResponse.
  Outcome<std::string> pull(const soap::Request& request, std::string_view owner, std::size_t room);
  Outcome<std::string> release(const soap::Request& request, std::string_view owner);
  void expire(Link::Clock::time_point now);

 private:
  struct Context {
    std::string owner;
    std::string resource_uri;
    EnumerationMode mode;
    std::vector<EnumerationItem> items;
    std::size_t next = 0;
    Link::Clock::time_point last_used;
    Permit permit;  // the enumeration is one operation from Enumerate to its end
  };
  using Found = std::unordered_map<std::string, Context>::iterator;

  bool drop_one_too_many(std::string_view owner);
  static std::string take(Context& context, std::size_t max_elements, std::size_t room);
  Outcome<Found> find(const soap::Request& request, std::string_view element, std::string_view owner);

  std::unordered_map<std::string, Context> contexts_;
};

}  // namespace winrmd::net

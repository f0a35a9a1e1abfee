// One request on its way through the rooms, and the outcomes a room can have.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "lib/http/request.hpp"
#include "lib/http/response.hpp"
#include "lib/soap/fault.hpp"
#include "lib/soap/request.hpp"
#include "net/catalogue.hpp"
#include "net/delivery.hpp"
#include "net/link.hpp"
#include "net/token.hpp"

namespace winrmd::net {

struct Exchange {
  const http::Request& http;
  std::string peer;  // client address without port
  bool tls = false;
  std::string host;  // host part of what the client addressed; `Machine` in faults
  std::string url;   // the whole URL the client addressed
  LoginRef login;
  ApplicationRef application{};
  soap::Request soap{};
  Link::Clock::time_point arrived;
  Link::Clock::time_point deadline;  // arrived + the request's operation time-out

  // Set while the request waits for something that ends with the client: run when the connection is lost.
  std::function<void()> on_lost;
  DeliveryRef delivery;  // the output that the reply carries
};

struct Redirect {
  std::string location;
};

// Why a request is not served.
using Refusal = std::variant<soap::Fault, Redirect>;

template <class T>
using Outcome = std::expected<T, soap::Fault>;

inline std::unexpected<soap::Fault> fault(std::uint32_t code, std::string message = {}) {
  return std::unexpected(soap::make_fault(code, std::move(message)));
}

}  // namespace winrmd::net

// What winrmd-net counts, and the page that tells it, with winrmd-auth's numbers, to this host's collector.
// docs/administration.md explains each number.
#pragma once

#include <optional>

#include "lib/http/request.hpp"
#include "lib/http/response.hpp"
#include "lib/metrics/registry.hpp"
#include "net/link.hpp"
#include "net/login/origin.hpp"

namespace winrmd::net {

class Metrics {
 public:
  Metrics();

  void connected() { connections_.add(); }
  // There was no place for a connection.
  void turned_away() { turned_away_.add(); }
  void set_open(std::size_t connections) { open_.set(static_cast<double>(connections)); }
  void replied(int status);

  // GET /metrics, on a listener that serves it, from this host. Needs no log-in, so nobody else gets it: the numbers of
  // log-ins would help who tries them.
  static bool asks(const http::Request& request, const Origin& origin);
  // `auth` may be null or closed: the page says so, and has the rest.
  asio::awaitable<http::Response> page(std::shared_ptr<Link> auth);

 private:
  metrics::Registry registry_;
  metrics::Counter& connections_;
  metrics::Counter& turned_away_;
  metrics::Gauge& open_;
  metrics::Gauge& auth_up_;
};

}  // namespace winrmd::net

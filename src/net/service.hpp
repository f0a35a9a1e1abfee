// The life of a request from its whole body on: one function that reads like the table in docs/life-of-a-request.md.
#pragma once

#include "net/login/logins.hpp"
#include "net/metrics.hpp"
#include "net/operations/operations.hpp"

namespace winrmd::net {

class Service {
 public:
  Service(asio::io_context& context, const std::shared_ptr<Link>& supervisor, const ipc::NetSetup& setup, Fd audit);

  // Steps 4 to 10 for a request whose log-in is known.
  asio::awaitable<http::Response> serve(Exchange& exchange);
  // Identify for anybody who says that they have not logged in: reveals no version. Nothing when it is another message.
  [[nodiscard]] static std::optional<http::Response> identify_anonymous(const http::Request& request);

  // The service begins to be served.
  void start() { operations_.start(); }
  // Identify tells of these listeners from now on.
  void offer(const std::vector<ipc::ListenerSetup>& listeners);
  // Works with these from now on. What is open or under way goes on as it began; shells of an application that is gone
  // are ended.
  void reload(std::vector<Application> applications, const ipc::LimitSetup& limits);

  [[nodiscard]] const Catalogue& catalogue() const { return catalogue_; }
  [[nodiscard]] const ipc::LimitSetup& limits() const { return limits_; }
  // Of any application.
  [[nodiscard]] std::size_t largest_envelope() const;
  // For a request to this target.
  [[nodiscard]] ipc::LimitSetup limits_for(std::string_view target) const;
  Logins& logins() { return logins_; }
  Metrics& metrics() { return metrics_; }

  void expire(Link::Clock::time_point now);
  // Begins to end: hosts are told, contexts are released.
  void stop();
  [[nodiscard]] bool stopped() const { return operations_.stopped(); }

 private:
  asio::awaitable<std::expected<std::string, Refusal>> answer(Exchange& exchange);
  [[nodiscard]] std::string identify(const Exchange& exchange) const;

  Catalogue catalogue_;
  ipc::LimitSetup limits_;
  std::string security_profiles_;
  Control control_;
  Tokens tokens_;
  Audit audit_;
  Metrics metrics_;
  Logins logins_;
  Gate gate_;
  Operations operations_;
};

}  // namespace winrmd::net

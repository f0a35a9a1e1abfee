#include "net/metrics.hpp"

#include <string>

#include "lib/ipc/messages_login.hpp"

namespace winrmd::net {
namespace {

constexpr std::string_view path = "/metrics";
constexpr std::chrono::seconds auth_patience(1);

asio::awaitable<std::optional<std::string>> ask(std::shared_ptr<Link> auth) {
  if (!auth || auth->closed()) co_return std::nullopt;
  const auto answer = co_await auth->call(ipc::MetricsRequest{}, Link::Clock::now() + auth_patience);
  if (!answer) co_return std::nullopt;
  auto text = ipc::decode<ipc::MetricsText>(*answer);
  if (!text) co_return std::nullopt;
  co_return std::move(text->text);
}

}  // namespace

Metrics::Metrics()
    : connections_(registry_.counter("winrmd_net_connections_total", "Connections that were taken.")),
      turned_away_(
          registry_.counter("winrmd_net_connections_turned_away_total", "Connections there was no place for.")),
      open_(registry_.gauge("winrmd_net_connections_open", "Connections that are open.")),
      auth_up_(registry_.gauge("winrmd_auth_up", "1: winrmd-auth answers; 0: nobody can log in.")) {}

void Metrics::replied(int status) {
  registry_.counter("winrmd_net_replies_total", "Replies by HTTP status.", {{"status", std::to_string(status)}}).add();
}

bool Metrics::asks(const http::Request& request, const Origin& origin) {
  const bool here = origin.peer.starts_with("127.") || origin.peer == "::1";
  return origin.listener->metrics && here && request.method == "GET" && request.target == path;
}

asio::awaitable<http::Response> Metrics::page(std::shared_ptr<Link> auth) {
  const auto text = co_await ask(std::move(auth));
  auth_up_.set(text ? 1 : 0);
  http::Response response{.status = 200, .headers = {}, .body = registry_.text() + text.value_or(""), .close = false};
  response.headers.emplace_back("Content-Type", metrics::content_type);
  co_return response;
}

}  // namespace winrmd::net

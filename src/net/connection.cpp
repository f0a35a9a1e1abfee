#include "net/connection.hpp"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstring>

#include "lib/text/ascii.hpp"

namespace winrmd::net {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view server_name = "winrmd";
// Sealed bodies and multipart framing need room beside the envelope (wire limits).
std::size_t body_limit(std::size_t envelope) { return envelope + envelope / 4 + (64U << 10); }

// True when the peer has closed or reset its side.
bool is_gone(int fd) {
  pollfd state{fd, POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

// True when both directions are over though we ended neither: the peer has reset the connection. POLLERR alone would
// not do: the error is gone once a read has returned it.
bool is_reset(int fd) {
  pollfd state{fd, 0, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

std::string_view host_without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.rfind(':'));
}

bool wants_anonymous(const http::Request& request) {
  const auto* header = request.header("WSMANIDENTIFY");
  return (header != nullptr && text::iequals(*header, "unauthenticated")) ||
         Catalogue::is_anonymous_identify(request.target);
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, Service& service, const Clockwork& clockwork, Origin origin,
                       std::shared_ptr<tls::ServerContext> tls)
    : socket_(std::move(socket)),
      service_(service),
      clockwork_(clockwork),
      origin_(std::move(origin)),
      reader_(http::Limits{.body = body_limit(service.limits().max_envelope_size)}),
      since_(Link::Clock::now()) {
  if (tls) tls_.emplace(std::move(tls));
  error_code ignored;
  const auto end = socket_.local_endpoint(ignored);
  local_ = (end.address().is_v6() ? '[' + end.address().to_string() + ']' : end.address().to_string()) + ':' +
           std::to_string(end.port());
}

Connection::~Connection() = default;

void Connection::enter(Phase phase) {
  phase_ = phase;
  since_ = Link::Clock::now();
  timed_out_ = false;
}

// Remembers when an error means that the last reply may not have arrived. An end in good order and our own impatience
// do not.
void Connection::note(error_code error) {
  if (error && error != asio::error::eof && error != asio::error::operation_aborted) broken_ = true;
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> connection) {
  co_await connection->serve_requests();
  co_await connection->close();
}

asio::awaitable<void> Connection::serve_requests() {
  while (co_await read_request()) {
    // The next request has come: what the last reply carried has arrived.
    delivery_.reset();
    if (co_await respond() == Next::close || stopping_) co_return;
    reader_.reset();
    login_.reset();
    enter(Phase::idle);
  }
}

// Says goodbye and waits a moment for the client to do the same. To close while the client is still sending would reset
// the connection, and a reply that it has not read yet would be lost; and only its goodbye, or that nothing is unsent,
// tells that the reply has arrived.
asio::awaitable<void> Connection::close() {
  enter(Phase::closing);
  error_code error;
  if (tls_ && !broken_) {
    tls_->close();
    std::string bytes;
    tls_->pending(bytes);
    co_await asio::async_write(socket_, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
  }
  if (!broken_ && !error) socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  while (!broken_ && !error && !stopping_) {
    co_await socket_.async_read_some(asio::buffer(buffer_), asio::redirect_error(asio::use_awaitable, error));
    ::explicit_bzero(buffer_.data(), buffer_.size());
  }
  note(error);
  give_back_undelivered();
  socket_.close(error);
}

// Reads until a request is whole. False when the connection is to end (the answer that says why has been sent).
asio::awaitable<bool> Connection::read_request() {
  for (;;) {
    std::string_view rest = input_;
    const auto state = reader_.feed(rest);
    keep_only(rest);
    if (reader_.started() && phase_ == Phase::idle) enter(Phase::reading);
    switch (state) {
      case http::RequestReader::State::complete:
        co_return true;
      case http::RequestReader::State::failed:
        co_await write({.status = reader_.error().status, .headers = {}, .body = {}, .close = true});
        co_return false;
      case http::RequestReader::State::head:
        if (!co_await log_in()) co_return false;
        break;
      case http::RequestReader::State::need_more:
        if (!co_await read_more()) {
          if (timed_out_ && reader_.started())
            co_await write({.status = 408, .headers = {}, .body = {}, .close = true});
          co_return false;
        }
    }
  }
}

// Forgets the input that has been used: it may hold a password.
void Connection::keep_only(std::string_view rest) {
  if (rest.size() == input_.size()) return;
  std::string kept(rest);
  text::wipe(input_);
  input_ = std::move(kept);
}

// The headers are there and a body is to come: say who it is before reading it. A client that waits for `100 Continue`
// is told the final status instead where that is known.
asio::awaitable<bool> Connection::log_in() {
  const auto& request = reader_.request();
  if (wants_anonymous(request)) {
    constexpr std::size_t anonymous_body = 64U << 10;
    reader_.limit_body(anonymous_body);
  } else {
    co_await identify();
    if (!*login_ && request.expects_continue) {
      auto response = std::move(login_->error());
      response.close = true;
      co_await write(std::move(response));
      co_return false;
    }
    if (!*login_) reader_.discard_body();
  }
  if (request.expects_continue) co_return co_await write_bytes("HTTP/1.1 100 Continue\r\n\r\n", {});
  co_return true;
}

// Asks who sends the request, and forgets what was said to prove it: the request may be served for a minute.
asio::awaitable<void> Connection::identify() {
  auto& request = reader_.request();
  login_ = co_await service_.logins().identify(login_state_, origin_, request);
  for (auto& [name, value] : request.headers) {
    if (text::iequals(name, "Authorization")) text::wipe(value);
  }
}

asio::awaitable<bool> Connection::read_more() {
  error_code error;
  const auto size =
      co_await socket_.async_read_some(asio::buffer(buffer_), asio::redirect_error(asio::use_awaitable, error));
  note(error);
  if (error) co_return false;
  const std::string_view bytes(buffer_.data(), size);
  if (!tls_) {
    input_.append(bytes);
    ::explicit_bzero(buffer_.data(), size);
    co_return true;
  }
  const auto before = input_.size();
  const auto received = tls_->received(bytes, input_);
  std::string reply;
  tls_->pending(reply);
  if (!reply.empty()) {
    co_await asio::async_write(socket_, asio::buffer(reply), asio::redirect_error(asio::use_awaitable, error));
  }
  // A request and the close_notify behind it may come together: the request is served.
  co_return received.has_value() && !error && (!tls_->peer_closed() || input_.size() > before);
}

asio::awaitable<Connection::Next> Connection::respond() {
  enter(Phase::serving);
  auto response = co_await answer();
  if (!reader_.request().keep_alive || stopping_) response.close = true;
  const bool close = response.close;
  enter(Phase::writing);
  if (!co_await write(std::move(response))) {
    broken_ = true;
    co_return Next::close;
  }
  co_return close ? Next::close : Next::keep;
}

asio::awaitable<http::Response> Connection::answer() {
  auto& request = reader_.request();
  const bool anonymous = wants_anonymous(request);
  if (request.method != "POST") {
    const bool known = anonymous || service_.catalogue().application(request.target) != nullptr;
    http::Response response{.status = known ? 405 : 404, .headers = {}, .body = {}, .close = false};
    if (known) response.headers.emplace_back("Allow", "POST");
    co_return response;
  }
  if (anonymous) {
    if (auto identified = service_.identify_anonymous(request)) co_return std::move(*identified);
  }
  if (!login_) co_await identify();
  if (!*login_) co_return std::move(login_->error());

  Exchange exchange{.http = request,
                    .peer = origin_.peer,
                    .tls = origin_.tls,
                    .host = {},
                    .url = {},
                    .login = **login_,
                    .arrived = Link::Clock::now(),
                    .deadline = {},
                    .on_lost = {},
                    .delivery = {}};
  fill(exchange);
  serving_ = &exchange;
  auto response = co_await service_.serve(exchange);
  serving_ = nullptr;
  delivery_ = std::move(exchange.delivery);
  if (delivery_)
    delivery_->lost = [this] { return broken_ || (phase_ != Phase::closing && is_reset(socket_.native_handle())); };
  co_return response;
}

void Connection::fill(Exchange& exchange) const {
  const auto* host = exchange.http.header("Host");
  const std::string_view named = host != nullptr && !host->empty() ? std::string_view(*host) : std::string_view(local_);
  exchange.host = host_without_port(named);
  exchange.url = (origin_.tls ? "https://" : "http://") + std::string(named) + exchange.http.target;
}

asio::awaitable<bool> Connection::write(http::Response response) {
  const auto head = http::serialize_head(response, server_name, clockwork_.date);
  co_return co_await write_bytes(head, response.body);
}

asio::awaitable<bool> Connection::write_bytes(std::string_view head, std::string_view body) {
  error_code error;
  if (tls_) {
    std::string plain;
    plain.reserve(head.size() + body.size());
    plain.append(head).append(body);
    if (!tls_->handshake_done() || !tls_->write(plain)) co_return false;
    std::string bytes;
    tls_->pending(bytes);
    co_await asio::async_write(socket_, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
  } else {
    const std::array buffers{asio::buffer(head), asio::buffer(body)};
    co_await asio::async_write(socket_, buffers, asio::redirect_error(asio::use_awaitable, error));
  }
  co_return !error;
}

// Output whose reply was not taken by the client goes back to the front of its command's queue: the write failed, the
// connection was reset, or octets are still unsent at the end.
void Connection::give_back_undelivered() {
  const auto delivery = std::exchange(delivery_, nullptr);
  if (!delivery) return;
  int unsent = 0;
  const bool arrived = ::ioctl(socket_.native_handle(), SIOCOUTQ, &unsent) == 0 && unsent == 0;
  if (arrived && !broken_) return;
  delivery->give_back();
}

// Nobody keeps a connection busy for long without having logged in.
std::chrono::milliseconds Connection::at_most(std::uint32_t configured_ms) const {
  constexpr milliseconds anonymous{30'000};
  const milliseconds configured(configured_ms);
  return login_state_.login ? configured : std::min(configured, anonymous);
}

// How long the connection may stay in its phase.
milliseconds Connection::longest() const {
  constexpr milliseconds goodbye{5'000};
  const auto& limits = service_.limits();
  switch (phase_) {
    case Phase::idle:
      return at_most(limits.connection_idle_timeout_ms);
    case Phase::reading:
    case Phase::writing:
      return at_most(limits.request_read_timeout_ms);
    case Phase::closing:
      return goodbye;
    case Phase::serving:
      break;  // what is served has time-outs of its own
  }
  return milliseconds::max();
}

void Connection::check(Link::Clock::time_point now) {
  if (serving_ != nullptr && serving_->on_lost && is_gone(socket_.native_handle())) {
    return std::exchange(serving_->on_lost, nullptr)();
  }
  if (phase_ == Phase::serving || now - since_ < longest()) return;
  timed_out_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::stop() {
  stopping_ = true;
  if (phase_ != Phase::idle && phase_ != Phase::closing) return;
  error_code ignored;
  socket_.cancel(ignored);
}

bool Connection::expendable() const { return !login_state_.login && phase_ != Phase::serving && !broken_; }

void Connection::drop() {
  broken_ = true;
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace winrmd::net

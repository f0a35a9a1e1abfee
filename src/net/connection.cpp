#include "net/connection.hpp"

#include <algorithm>

#include "lib/text/ascii.hpp"

namespace winrmd::net {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view server_name = "winrmd";
// Sealed bodies and multipart framing need room beside the envelope (wire limits).
std::size_t body_limit(std::size_t envelope) { return envelope + envelope / 4 + (64U << 10); }

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
    : wire_(std::move(socket), std::move(tls)),
      service_(service),
      clockwork_(clockwork),
      local_(wire_.local()),
      reader_(http::Limits{.body = body_limit(service.largest_envelope())}),
      dialogue_(service.logins(), std::move(origin), wire_.tls(), service.largest_envelope()),
      since_(Link::Clock::now()) {}

Connection::~Connection() = default;

void Connection::enter(Phase phase) {
  phase_ = phase;
  since_ = Link::Clock::now();
  timed_out_ = false;
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
    reader_.announce_limit(body_limit(service_.largest_envelope()));
    dialogue_.next();
    enter(Phase::idle);
  }
}

// Says goodbye and waits a moment for the client to do the same. To close while the client is still sending would reset
// the connection, and a reply that it has not read yet would be lost; and only its goodbye, or that nothing is unsent,
// tells that the reply has arrived.
asio::awaitable<void> Connection::close() {
  enter(Phase::closing);
  if (co_await wire_.say_goodbye()) {
    while (!stopping_ && co_await wire_.discard()) {
    }
  }
  give_back_undelivered();
  wire_.close();
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
        co_await write(bare(reader_.error().status, true));
        co_return false;
      case http::RequestReader::State::head:
        if (!co_await read_head()) co_return false;
        break;
      case http::RequestReader::State::need_more:
        if (!co_await wire_.read(input_)) {
          if (timed_out_ && reader_.started()) co_await write(bare(408, true));
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
// is told the final status instead where that is known, and hangs up; but not in the middle of a log-in, which its
// connection must survive.
asio::awaitable<bool> Connection::read_head() {
  auto& request = reader_.request();
  if (wants_anonymous(request)) {
    constexpr std::size_t anonymous_body = 64U << 10;
    reader_.limit_body(anonymous_body);
  } else {
    co_await dialogue_.hear(request);
    if (dialogue_.refuses() && !dialogue_.in_between() && request.expects_continue) {
      auto response = std::move(*dialogue_.open(request));
      response.close = true;
      co_await write(std::move(response));
      co_return false;
    }
    const auto envelope = service_.limits_for(request.target).max_envelope_size;
    dialogue_.limit_envelope(envelope);
    if (dialogue_.refuses()) {
      reader_.discard_body();
    } else {
      reader_.limit_body(is_sealed(request) ? body_limit(envelope) : envelope);
    }
  }
  // Not when the body is known to be too large: the next feed() says so.
  std::string_view nothing;
  if (!request.expects_continue || reader_.feed(nothing) == http::RequestReader::State::failed) co_return true;
  co_return co_await wire_.write("HTTP/1.1 100 Continue\r\n\r\n", {});
}

asio::awaitable<Connection::Next> Connection::respond() {
  enter(Phase::serving);
  auto response = co_await answer();
  if (!reader_.request().keep_alive || stopping_) response.close = true;
  const bool close = response.close;
  enter(Phase::writing);
  if (!co_await write(std::move(response))) {
    wire_.give_up();
    co_return Next::close;
  }
  co_return close ? Next::close : Next::keep;
}

asio::awaitable<http::Response> Connection::answer() {
  auto& request = reader_.request();
  const bool anonymous = wants_anonymous(request);
  if (Metrics::asks(request, dialogue_.origin())) co_return co_await service_.metrics().page(service_.logins().auth());
  if (request.method != "POST") {
    const bool known = anonymous || service_.catalogue().application(request.target) != nullptr;
    auto response = bare(known ? 405 : 404, false);
    if (known) response.headers.emplace_back("Allow", "POST");
    co_return response;
  }
  if (anonymous) {
    if (auto identified = service_.identify_anonymous(request)) co_return std::move(*identified);
  }
  if (!dialogue_.has_heard()) co_await dialogue_.hear(request);
  if (auto refusal = dialogue_.open(request)) co_return std::move(*refusal);
  co_return dialogue_.reply(co_await serve());
}

asio::awaitable<http::Response> Connection::serve() {
  Exchange exchange{.http = reader_.request(),
                    .peer = dialogue_.origin().peer,
                    .tls = dialogue_.origin().tls(),
                    .host = {},
                    .url = {},
                    .login = dialogue_.user(),
                    .arrived = Link::Clock::now(),
                    .deadline = {},
                    .on_lost = {},
                    .delivery = {}};
  fill(exchange);
  serving_ = &exchange;
  auto response = co_await service_.serve(exchange);
  serving_ = nullptr;
  delivery_ = std::move(exchange.delivery);
  if (delivery_) delivery_->lost = [this] { return wire_.broken() || (phase_ != Phase::closing && wire_.is_reset()); };
  co_return response;
}

void Connection::fill(Exchange& exchange) const {
  const auto* host = exchange.http.header("Host");
  const std::string_view named = host != nullptr && !host->empty() ? std::string_view(*host) : std::string_view(local_);
  exchange.host = host_without_port(named);
  exchange.url = (exchange.tls ? "https://" : "http://") + std::string(named) + exchange.http.target;
}

asio::awaitable<bool> Connection::write(http::Response response) {
  service_.metrics().replied(response.status);
  const auto head = http::serialize_head(response, server_name, clockwork_.date);
  co_return co_await wire_.write(head, response.body);
}

// Output whose reply was not taken by the client goes back to the front of its command's queue: the write failed, the
// connection was reset, or octets are still unsent at the end.
void Connection::give_back_undelivered() {
  const auto delivery = std::exchange(delivery_, nullptr);
  if (!delivery || (wire_.all_arrived() && !wire_.broken())) return;
  delivery->give_back();
}

// Nobody keeps a connection busy for long without having logged in.
milliseconds Connection::at_most(std::uint32_t configured_ms) const {
  constexpr milliseconds anonymous{30'000};
  const milliseconds configured(configured_ms);
  return dialogue_.logged_in() ? configured : std::min(configured, anonymous);
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
  if (serving_ != nullptr && serving_->on_lost && wire_.is_gone()) {
    return std::exchange(serving_->on_lost, nullptr)();
  }
  if (dialogue_.is_waiting() && wire_.is_reset()) dialogue_.abandon();
  if (phase_ == Phase::serving || now - since_ < longest()) return;
  timed_out_ = true;
  wire_.cancel();
}

void Connection::stop() {
  stopping_ = true;
  if (phase_ == Phase::idle || phase_ == Phase::closing) wire_.cancel();
}

bool Connection::expendable() const { return !dialogue_.logged_in() && phase_ != Phase::serving && !wire_.broken(); }

void Connection::drop() {
  wire_.give_up();
  wire_.close();
}

}  // namespace winrmd::net

#include "net/wire.hpp"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <cstring>

namespace winrmd::net {

Wire::Wire(asio::ip::tcp::socket socket, std::shared_ptr<tls::ServerContext> tls) : socket_(std::move(socket)) {
  if (tls) tls_.emplace(std::move(tls));
}

std::string Wire::local() {
  error_code ignored;
  const auto end = socket_.local_endpoint(ignored);
  return (end.address().is_v6() ? '[' + end.address().to_string() + ']' : end.address().to_string()) + ':' +
         std::to_string(end.port());
}

// An end in good order and our own impatience do not mean that something was lost.
void Wire::note(error_code error) {
  if (error && error != asio::error::eof && error != asio::error::operation_aborted) broken_ = true;
}

asio::awaitable<bool> Wire::read(std::string& input) {
  error_code error;
  const auto size =
      co_await socket_.async_read_some(asio::buffer(buffer_), asio::redirect_error(asio::use_awaitable, error));
  note(error);
  if (error) co_return false;
  const std::string_view bytes(buffer_.data(), size);
  if (!tls_) {
    input.append(bytes);
    ::explicit_bzero(buffer_.data(), size);
    co_return true;
  }
  const auto before = input.size();
  const auto received = tls_->received(bytes, input);
  std::string reply;
  tls_->pending(reply);
  if (!reply.empty()) {
    co_await asio::async_write(socket_, asio::buffer(reply), asio::redirect_error(asio::use_awaitable, error));
  }
  // A request and the close_notify behind it may come together: the request is served.
  co_return received.has_value() && !error && (!tls_->peer_closed() || input.size() > before);
}

asio::awaitable<bool> Wire::write(std::string_view head, std::string_view body) {
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

asio::awaitable<bool> Wire::say_goodbye() {
  error_code error;
  if (broken_) co_return false;
  if (tls_) {
    tls_->close();
    std::string bytes;
    tls_->pending(bytes);
    co_await asio::async_write(socket_, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
  }
  if (!error) socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  note(error);
  co_return !error;
}

asio::awaitable<bool> Wire::discard() {
  error_code error;
  co_await socket_.async_read_some(asio::buffer(buffer_), asio::redirect_error(asio::use_awaitable, error));
  ::explicit_bzero(buffer_.data(), buffer_.size());
  note(error);
  co_return !error && !broken_;
}

void Wire::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void Wire::close() {
  error_code ignored;
  socket_.close(ignored);
}

bool Wire::is_gone() {
  pollfd state{.fd = socket_.native_handle(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

// POLLERR alone would not do: the error is gone once a read has returned it.
bool Wire::is_reset() {
  pollfd state{.fd = socket_.native_handle(), .events = 0, .revents = 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

bool Wire::all_arrived() {
  int unsent = 0;
  return ::ioctl(socket_.native_handle(), SIOCOUTQ, &unsent) == 0 && unsent == 0;
}

}  // namespace winrmd::net

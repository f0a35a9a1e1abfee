// The octets of one connection: TCP, and TLS where the listener has it.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/tls/tls.hpp"
#include "net/asio.hpp"

namespace winrmd::net {

class Wire {
 public:
  Wire(asio::ip::tcp::socket socket, std::shared_ptr<tls::ServerContext> tls);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Appends what has come to `input`; the wire keeps no copy. False at the end, and when cancel() was called.
  asio::awaitable<bool> read(std::string& input);
  // False when it did not get all away.
  asio::awaitable<bool> write(std::string_view head, std::string_view body);
  // Says that nothing more will come. False when that could not be said.
  asio::awaitable<bool> say_goodbye();
  // Takes what still comes, unread. False when nothing does any more.
  asio::awaitable<bool> discard();
  void cancel();
  void close();

  // The peer did not take what was written, or has reset the connection: what it was sent may not have arrived.
  [[nodiscard]] bool broken() const { return broken_; }
  void give_up() { broken_ = true; }
  // The peer has closed its side, or reset the connection.
  [[nodiscard]] bool is_gone();
  // Both directions are over though we ended neither: the peer has reset the connection.
  [[nodiscard]] bool is_reset();
  // Everything that was written has arrived.
  [[nodiscard]] bool all_arrived();

  // Null without TLS. Stays where it is.
  [[nodiscard]] const tls::ServerSession* tls() const { return tls_ ? &*tls_ : nullptr; }
  // address:port of our end.
  [[nodiscard]] std::string local();

 private:
  void note(error_code error);

  asio::ip::tcp::socket socket_;
  std::optional<tls::ServerSession> tls_;
  std::array<char, 16384> buffer_;
  bool broken_ = false;
};

}  // namespace winrmd::net

// Sealing that a test can see through: every octet changed, a checksum and a counter in front.
#pragma once

#include <algorithm>
#include <cstdint>

#include "lib/http/request.hpp"
#include "lib/seal/protection.hpp"

namespace winrmd::net::testing {

class TestProtection : public seal::Protection {
 public:
  // Pieces of at most that many octets.
  explicit TestProtection(std::size_t piece = 1U << 20) : piece_(piece) {}

  int sealed = 0;
  int opened = 0;

  [[nodiscard]] bool speaks(seal::Protocol protocol) const override { return protocol != seal::Protocol::credssp; }

  Result<std::string> open(const seal::Part& part) override {
    if (part.split != header_size || part.bytes.size() != header_size + part.length) return fail("a wrong size");
    const auto plain = turned(part.bytes.substr(header_size));
    if (header(plain, opened) != part.bytes.substr(0, header_size)) return fail("a wrong checksum");
    ++opened;
    return plain;
  }

  Result<std::vector<seal::Piece>> seal(std::string_view plain) override {
    std::vector<seal::Piece> pieces;
    for (std::size_t at = 0; at < plain.size(); at += piece_) {
      const auto part = plain.substr(at, piece_);
      pieces.push_back(
          {.length = part.size(), .split = header_size, .header = header(part, sealed++), .data = turned(part)});
    }
    return pieces;
  }

 private:
  static constexpr std::uint32_t header_size = 2;
  static std::string turned(std::string_view text) {
    std::string result(text);
    for (auto& c : result) c = static_cast<char>(c ^ 0x55);
    return result;
  }
  static std::string header(std::string_view plain, int count) {
    int sum = 0;
    for (const char c : plain) sum += c;
    return {static_cast<char>(sum), static_cast<char>(count)};
  }
  std::size_t piece_;
};

// A request whose body the client has sealed.
inline http::Request sealed_request(seal::Protection& client, std::string_view plain, const seal::Form& form,
                                    std::string_view type) {
  const auto composed = seal::compose(form, type, client.seal(plain).value());
  http::Request request;
  request.method = "POST";
  request.headers.emplace_back("Content-Type", composed.content_type);
  request.body = composed.body;
  request.has_body = true;
  return request;
}

}  // namespace winrmd::net::testing

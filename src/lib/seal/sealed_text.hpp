// Sealed messages for tests, put together from their pieces.
#pragma once

#include <string>
#include <string_view>

namespace winrmd::seal::testing {

inline const std::string spnego = "application/HTTP-SPNEGO-session-encrypted";
inline const std::string credssp = "application/HTTP-CredSSP-session-encrypted";

inline std::string little_endian(std::uint32_t value) {
  std::string result;
  for (int shift = 0; shift < 32; shift += 8) result.push_back(static_cast<char>(value >> shift & 0xFF));
  return result;
}

// The lines of one pair, each ready to be changed by a test.
struct Pair {
  std::string delimiter = "--Encrypted Boundary\r\n";
  std::string content_type = "\tContent-Type: " + spnego + "\r\n";
  std::string original_content = "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=4\r\n";
  std::string second_delimiter = "--Encrypted Boundary\r\n";
  std::string octets = "\tContent-Type: application/octet-stream\r\n";
  std::string split = little_endian(16);
  std::string header = "0123456789ABCDEF";
  std::string data = "data";

  [[nodiscard]] std::string text() const {
    return delimiter + content_type + original_content + second_delimiter + octets + split + header + data;
  }
};

inline const std::string closing = "--Encrypted Boundary--\r\n";

inline std::string tls_record(std::string_view content, char type = 23) {
  return std::string{type, 3, 3} + static_cast<char>(content.size() >> 8) + static_cast<char>(content.size() & 0xFF) +
         std::string(content);
}

// A pair of CredSSP, whose number in front means nothing.
inline Pair credssp_pair(std::string_view content, std::uint32_t number = 16) {
  Pair pair;
  pair.content_type = "\tContent-Type: " + credssp + "\r\n";
  pair.split = little_endian(number);
  pair.header.clear();
  pair.data = tls_record(content);
  return pair;
}

}  // namespace winrmd::seal::testing

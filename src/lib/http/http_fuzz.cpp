// Requests from arbitrary bytes, fed whole and cut up at places the input chooses: no crash, the same verdict, and what
// was accepted is a request that reads the same when it is written down anew.
#include <cstdint>
#include <cstdlib>

#include "lib/http/transcript.hpp"

using namespace winrmd::http;

namespace {

// Small, so that short inputs get there.
Limits small_limits() {
  Limits limits;
  limits.line = 200;
  limits.header_block = 500;
  limits.headers = 8;
  limits.body = 300;
  limits.chunk_header = 24;
  limits.chunk_overhead = 120;
  return limits;
}

std::string rewrite(const Request& request) {
  std::string bytes =
      request.method + " " + request.target + " HTTP/1." + std::to_string(request.version_minor) + "\r\n";
  for (const auto& [name, value] : request.headers) bytes.append(name).append(":").append(value).append("\r\n");
  bytes += "\r\n";
  if (request.count("Transfer-Encoding") == 0 || request.body.empty()) {
    return bytes + request.body + (request.count("Transfer-Encoding") == 0 ? "" : "0\r\n\r\n");
  }
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 8; shift >= 0; shift -= 4) bytes += digits[request.body.size() >> shift & 15];
  return bytes + "\r\n" + request.body + "\r\n0\r\n\r\n";
}

void check_rewritten(const Request& request, const Limits& limits) {
  const std::string bytes = rewrite(request);
  RequestReader reader(limits);
  std::string_view left = bytes;
  auto state = reader.feed(left);
  if (state == RequestReader::State::head) state = reader.feed(left);
  if (state != RequestReader::State::complete || !left.empty()) std::abort();
  if (describe(reader.request()) != describe(request)) std::abort();
}

}  // namespace

// The first byte says how many cutting distances follow; the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t cuts = std::min<std::size_t>(data[0] % 8, size - 1);
  const std::string_view distances(reinterpret_cast<const char*>(data) + 1, cuts);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1 + cuts, size - 1 - cuts);
  const Limits limits = small_limits();

  const auto whole = read_whole(bytes, limits);
  Transcript pieces(limits);
  for (std::size_t at = 0, i = 0; at < bytes.size(); ++i) {
    const std::size_t n = distances.empty() ? 1 : static_cast<unsigned char>(distances[i % cuts]) + 1U;
    pieces.feed(bytes.substr(at, n));
    at += n;
  }
  if (pieces.text() != whole.text()) std::abort();

  RequestReader reader(limits);
  std::string_view left = bytes;
  auto state = reader.feed(left);
  if (state == RequestReader::State::head) state = reader.feed(left);
  if (state == RequestReader::State::complete) check_rewritten(reader.request(), limits);
  return 0;
}

// HTTP/1.1 requests: bytes and limits in, requests or an error status out. No I/O, no clock. The grammar is checked by
// Boost.Beast's parser and a gate of our own that refuses what that parser tolerates; nothing is repaired.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winrmd::http {

struct Limits {
  std::size_t line = 48U << 10;          // request line or one header line, with its CRLF
  std::size_t header_block = 64U << 10;  // from the request line to the empty line, both included
  std::size_t headers = 100;
  std::size_t body = 0;                    // set by the caller
  std::size_t chunk_header = 128;          // one chunk size line with its extensions and its CRLF
  std::size_t chunk_overhead = 64U << 10;  // all bytes of a chunked body that are not data
};

struct Request {
  std::string method;
  std::string target;
  int version_minor = 1;                                     // HTTP/1.x
  std::vector<std::pair<std::string, std::string>> headers;  // as sent, in order; values trimmed
  std::string body;
  bool keep_alive = true;
  bool expects_continue = false;
  bool has_body = false;  // a length above zero or chunks were announced

  // The first header of that name (case-insensitive); nullptr when absent.
  [[nodiscard]] const std::string* header(std::string_view name) const;
  // How many headers have that name.
  [[nodiscard]] std::size_t count(std::string_view name) const;
};

// What to answer before the connection is closed: 400, 413 (body), 414 (request line), 417 (Expect), 431 (header line,
// count or block), 501 (transfer coding), 505 (version). `reason` is for the log: one of ours, never the peer's words.
struct ParseError {
  int status = 400;
  std::string reason;
};

class RequestReader {
 public:
  explicit RequestReader(const Limits& limits);
  ~RequestReader();
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;

  enum class State {
    need_more,
    head,      // the header block is complete and acceptable, the body is not here yet: time to answer
               // `Expect: 100-continue`, or to refuse without reading on. Reported once for each request with a body
    complete,  // request() is whole
    failed     // error() says why; the reader takes no more
  };

  // Takes bytes from the front of `bytes` (removing what it used) until something is to report. Bytes behind a complete
  // request stay in `bytes` for the next one. What is reported does not depend on how the bytes were cut up.
  State feed(std::string_view& bytes);

  // From `head` on; valid until reset(). Whoever moves things out of it takes over wiping them; what is left of
  // `Authorization` is wiped by reset() and the destructor.
  [[nodiscard]] Request& request();
  [[nodiscard]] const ParseError& error() const;
  // True when bytes of the current request have been taken (an idle connection may be closed without a word, one in
  // the middle of a request gets 408).
  [[nodiscard]] bool started() const;
  // Before a request begins: limits.body from now on.
  void announce_limit(std::size_t bytes);
  // From `head` on: refuse a body above this size instead of limits.body (413, at the next feed()). A Content-Length
  // above limits.body was refused already.
  void limit_body(std::size_t bytes);
  // From `head` on: the body is read within its limit and thrown away (requests that will be refused).
  void discard_body();
  // Makes ready for the next request. Storage is kept for it, within reason.
  void reset();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace winrmd::http

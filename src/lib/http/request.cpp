#include "lib/http/request.hpp"

#include <algorithm>
#include <cstdint>

#include "lib/http/body.hpp"
#include "lib/http/chunked.hpp"
#include "lib/http/gate.hpp"
#include "lib/http/head_parser.hpp"
#include "lib/http/head_scanner.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::http {
namespace {

// Storage above this is given back by reset(): idle connections should cost little.
constexpr std::size_t most_kept = 64U << 10;

}  // namespace

const std::string* Request::header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers, [&](const auto& header) { return text::iequals(header.first, name); });
  return found == headers.end() ? nullptr : &found->second;
}

std::size_t Request::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(headers, [&](const auto& header) { return text::iequals(header.first, name); }));
}

struct RequestReader::Impl {
  explicit Impl(const Limits& given) : limits(given) {}
  ~Impl() { wipe_secrets(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  enum class Phase { head, sized_body, chunked_body, complete, failed };

  State fail(ParseError problem) {
    error = std::move(problem);
    phase = Phase::failed;
    return State::failed;
  }

  State feed_head(std::string_view& bytes);
  State end_head(std::string_view block);
  State feed_sized_body(std::string_view& bytes);
  State feed_chunked_body(std::string_view& bytes);
  void wipe_secrets();
  void reset();

  Limits limits;
  Phase phase = Phase::head;
  Request request;
  ParseError error;
  HeadScanner scanner{limits};
  std::string pending_head;  // what has come of a header block that did not come in one piece
  HeaderList spare;          // strings of earlier requests
  Framing framing;           // length: what is left of it
  BodySink body;
  ChunkDecoder chunks{limits};
  bool started = false;
};

RequestReader::State RequestReader::Impl::feed_head(std::string_view& bytes) {
  started = started || !bytes.empty();
  // In one piece, as nearly always: checked and parsed where it is.
  const std::size_t before = pending_head.size();
  std::string_view block = bytes;
  if (before > 0) {
    pending_head.append(bytes.substr(0, limits.header_block + 1 - before));
    block = pending_head;
  }
  switch (scanner.scan(block)) {
    case HeadScanner::State::failed:
      return fail(std::move(scanner.error()));
    case HeadScanner::State::need_more:
      if (before == 0) pending_head.assign(bytes);
      bytes = {};
      return State::need_more;
    case HeadScanner::State::complete:
      break;
  }
  const State state = end_head(block.substr(0, scanner.end()));
  bytes.remove_prefix(scanner.end() - before);
  text::wipe(pending_head);
  return state;
}

RequestReader::State RequestReader::Impl::end_head(std::string_view block) {
  if (auto problem = check_headers(block, request, framing)) return fail(std::move(*problem));
  if (auto problem = parse_head(block, request, spare)) return fail(std::move(*problem));
  if (framing.length > limits.body) return fail({413, "body too large"});
  if (!request.has_body) {
    phase = Phase::complete;
    return State::complete;
  }
  body.start(request.body, limits.body);
  phase = framing.chunked ? Phase::chunked_body : Phase::sized_body;
  return State::head;
}

RequestReader::State RequestReader::Impl::feed_sized_body(std::string_view& bytes) {
  if (framing.length > body.room()) return fail({413, "body too large"});
  if (bytes.empty()) return State::need_more;
  const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(framing.length, bytes.size()));
  body.reserve(static_cast<std::size_t>(framing.length));
  body.put(bytes.substr(0, n));
  bytes.remove_prefix(n);
  framing.length -= n;
  if (framing.length > 0) return State::need_more;
  phase = Phase::complete;
  return State::complete;
}

RequestReader::State RequestReader::Impl::feed_chunked_body(std::string_view& bytes) {
  if (body.over_limit()) return fail({413, "body too large"});
  switch (chunks.feed(bytes, body)) {
    case ChunkDecoder::State::failed:
      return fail(std::move(chunks.error()));
    case ChunkDecoder::State::need_more:
      return State::need_more;
    case ChunkDecoder::State::complete:
      break;
  }
  phase = Phase::complete;
  return State::complete;
}

void RequestReader::Impl::wipe_secrets() {
  text::wipe(pending_head);
  for (auto& [name, value] : request.headers) {
    if (text::iequals(name, "Authorization")) text::wipe(value);
  }
}

void RequestReader::Impl::reset() {
  wipe_secrets();
  for (auto& header : request.headers) {
    if (spare.size() < limits.headers && header.second.capacity() <= most_kept / 64) spare.push_back(std::move(header));
  }
  request.headers.clear();
  request.body.clear();
  if (request.body.capacity() > most_kept) request.body.shrink_to_fit();
  request.keep_alive = true;
  request.expects_continue = false;
  request.has_body = false;
  phase = Phase::head;
  framing = {};
  scanner.reset();
  chunks.reset();
  started = false;
}

RequestReader::RequestReader(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

RequestReader::State RequestReader::feed(std::string_view& bytes) {
  switch (impl_->phase) {
    case Impl::Phase::head:
      return impl_->feed_head(bytes);
    case Impl::Phase::sized_body:
      return impl_->feed_sized_body(bytes);
    case Impl::Phase::chunked_body:
      return impl_->feed_chunked_body(bytes);
    case Impl::Phase::complete:
      return State::complete;
    case Impl::Phase::failed:
      break;
  }
  return State::failed;
}

Request& RequestReader::request() { return impl_->request; }
const ParseError& RequestReader::error() const { return impl_->error; }
bool RequestReader::started() const { return impl_->started; }
void RequestReader::announce_limit(std::size_t bytes) { impl_->limits.body = bytes; }
void RequestReader::limit_body(std::size_t bytes) { impl_->body.set_limit(bytes); }
void RequestReader::discard_body() { impl_->body.discard(); }
void RequestReader::reset() { impl_->reset(); }

}  // namespace winrmd::http

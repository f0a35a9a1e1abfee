#include "lib/http/head_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <limits>

namespace winrmd::http {
namespace {

namespace beast = boost::beast;
using beast::string_view;
using ErrorCode = beast::error_code;

class HeadParser : public beast::http::basic_parser<true> {
 public:
  HeadParser(Request& request, HeaderList& spare) : request_(request), spare_(spare) {
    // Limits are the scanner's business, bodies the reader's.
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(boost::none);
    skip(true);
  }

 private:
  void on_request_impl(beast::http::verb, string_view method, string_view target, int version, ErrorCode&) override {
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    request_.version_minor = version - 10;
  }

  void on_field_impl(beast::http::field, string_view name, string_view value, ErrorCode&) override {
    std::pair<std::string, std::string> header;
    if (!spare_.empty()) {
      header = std::move(spare_.back());
      spare_.pop_back();
    }
    header.first.assign(name.data(), name.size());
    header.second.assign(value.data(), value.size());
    request_.headers.push_back(std::move(header));
  }

  void on_response_impl(int, string_view, int, ErrorCode&) override {}
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(string_view, ErrorCode&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, string_view, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view, ErrorCode&) override { return 0; }
  void on_finish_impl(ErrorCode&) override {}

  Request& request_;
  HeaderList& spare_;
};

}  // namespace

std::optional<ParseError> parse_head(std::string_view block, Request& request, HeaderList& spare) {
  HeadParser parser(request, spare);
  ErrorCode error;
  const auto used = parser.put(boost::asio::const_buffer(block.data(), block.size()), error);
  if (error) return ParseError{400, "parser: " + error.message()};
  if (used != block.size() || !parser.is_done()) return ParseError{400, "parser: header block ends elsewhere"};
  return std::nullopt;
}

}  // namespace winrmd::http

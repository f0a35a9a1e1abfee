// Framings that must be refused: each with where it comes from, each fed whole, byte by byte and cut in two at every
// place, always with the same verdict.
#include <gtest/gtest.h>

#include "lib/http/transcript.hpp"

namespace winrmd::http {
namespace {

using std::string_view_literals::operator""sv;

struct Framing {
  std::string_view name;
  std::string_view source;
  int status;
  std::string_view bytes;
};

#define POST "POST /wsman HTTP/1.1\r\nHost: h\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

constexpr Framing framings[] = {
    // Length against chunks
    {"length_then_chunked", "RFC 9112 6.3 rule 3; CL.TE smuggling", 400,
     POST "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"},
    {"chunked_then_length", "RFC 9112 6.3 rule 3; TE.CL smuggling", 400,
     POST "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\nGPOST / HTTP/1.1\r\n\r\n0\r\n\r\n"},
    {"chunked_and_length_zero", "RFC 9112 6.3; CL.0 smuggling", 400,
     POST "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"two_lengths_that_differ", "RFC 9112 6.3 rule 5; CL.CL smuggling", 400,
     POST "Content-Length: 8\r\nContent-Length: 7\r\n\r\n12345678"},
    {"two_lengths_alike", "RFC 9110 8.6 allows refusal", 400, POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"},
    {"length_list", "RFC 9110 8.6; merged by a proxy", 400, POST "Content-Length: 1, 1\r\n\r\nx"},
    {"length_list_with_empty_element", "RFC 9110 5.6.1", 400, POST "Content-Length: 1,\r\n\r\nx"},
    {"length_with_plus", "RFC 9110 8.6: 1*DIGIT; strtol() readers", 400, POST "Content-Length: +1\r\n\r\nx"},
    {"length_with_minus", "RFC 9110 8.6; signed readers", 400, POST "Content-Length: -1\r\n\r\nx"},
    {"length_in_hexadecimal", "RFC 9110 8.6; strtol(..., 0) readers", 400, POST "Content-Length: 0x1\r\n\r\nx"},
    {"length_with_exponent", "RFC 9110 8.6", 400, POST "Content-Length: 1e1\r\n\r\nx"},
    {"length_with_fraction", "RFC 9110 8.6", 400, POST "Content-Length: 1.0\r\n\r\nx"},
    {"length_with_inner_space", "RFC 9110 8.6; readers that stop at white space", 400,
     POST "Content-Length: 1 0\r\n\r\n0123456789"},
    {"length_with_vertical_tab", "isspace() readers", 400, POST "Content-Length: \v1\r\n\r\nx"},
    {"length_quoted", "RFC 9110 8.6", 400, POST "Content-Length: \"1\"\r\n\r\nx"},
    {"length_empty", "RFC 9110 8.6; atoi() readers take it for 0", 400, POST "Content-Length:\r\n\r\n"},
    {"length_over_64_bits", "RFC 9110 8.6: anticipate large values; wraps to 1", 400,
     POST "Content-Length: 18446744073709551617\r\n\r\nx"},
    {"length_absurd", "integer overflow", 400, POST "Content-Length: 99999999999999999999999999999999999999\r\n\r\n"},
    {"length_with_nul", "C string readers", 400, POST "Content-Length: 1\0\r\n\r\nx"sv},
    {"length_in_other_digits", "RFC 9110 8.6; isdigit() of a Unicode library", 400,
     POST "Content-Length: \xD9\xA1\r\n\r\nx"},

    // Transfer-Encoding that only some readers understand
    {"chunked_on_http_1_0", "RFC 9112 6.1: faulty framing", 400,
     "POST /wsman HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"gzip_then_length", "accepted by Beast 1.81", 400, POST "Transfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"},
    {"xchunked", "TE.TE smuggling", 400, POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
    {"xchunked_and_length", "TE.TE smuggling; accepted by Beast 1.81", 400,
     POST "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
    {"chunked_not_last", "RFC 9112 6.3 rule 4; accepted by Beast 1.81", 400,
     POST "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"},
    {"chunked_twice", "RFC 9112 6.1: MUST NOT be applied twice", 400,
     POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"},
    {"chunked_in_two_headers", "TE.TE smuggling", 400,
     POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"chunked_then_other_header", "TE.TE smuggling", 400,
     POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n"},
    {"identity_then_chunked_header", "TE.TE smuggling; identity was removed by RFC 7230", 400,
     POST "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"chunked_in_upper_case", "readers that compare exactly see no chunks", 400,
     POST "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"},
    {"chunked_quoted", "TE.TE smuggling", 400, POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"},
    {"chunked_with_parameter", "RFC 9112 7: chunked has no parameters", 400,
     POST "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"},
    {"chunked_with_empty_element", "RFC 9110 5.6.1", 400, POST "Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n"},
    {"chunked_behind_vertical_tab", "TE.TE smuggling", 400, POST "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n"},
    {"chunked_with_nul", "C string readers", 400, POST "Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n"sv},
    {"chunked_behind_no_break_space", "trim() of a Unicode library", 400,
     POST "Transfer-Encoding: \xC2\xA0"
          "chunked\r\n\r\n0\r\n\r\n"},
    {"empty_coding", "RFC 9110 5.6.1", 400, POST "Transfer-Encoding:\r\n\r\n"},
    {"gzip_and_chunked", "RFC 9112 6.1: 501 for a coding not understood", 501,
     POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
    {"gzip_alone", "RFC 9112 6.1; accepted by Beast 1.81", 501, POST "Transfer-Encoding: gzip\r\n\r\n"},
    {"identity_alone", "RFC 7230 removed it", 501, POST "Transfer-Encoding: identity\r\n\r\n"},

    // Header lines
    {"space_before_colon", "RFC 9112 5.1: MUST reject", 400, POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"},
    {"tab_before_colon", "RFC 9112 5.1", 400, POST "Content-Length\t: 1\r\n\r\nx"},
    {"space_before_name", "RFC 9112 5.2: obs-fold", 400, POST " Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"space_before_first_name", "RFC 9112 2.2: MUST reject", 400,
     "POST /wsman HTTP/1.1\r\n Content-Length: 1\r\nHost: h\r\n\r\nx"},
    {"folded_header", "RFC 9112 5.2; accepted by Beast 1.81", 400, POST "X: a\r\n b\r\n\r\n"},
    {"folded_with_tab", "RFC 9112 5.2", 400, POST "Transfer-Encoding:\r\n\tchunked\r\n\r\n0\r\n\r\n"},
    {"bare_lf_between_headers", "RFC 9112 2.2", 400, "POST /wsman HTTP/1.1\r\nHost: h\nContent-Length: 1\r\n\r\nx"},
    {"bare_lf_behind_request_line", "RFC 9112 2.2", 400, "POST /wsman HTTP/1.1\nHost: h\r\n\r\n"},
    {"bare_lf_ends_headers", "RFC 9112 2.2", 400, POST "\nGET / HTTP/1.1\r\n\r\n"},
    {"bare_cr_in_value", "RFC 9112 2.2: MUST be invalid", 400, POST "X: a\rContent-Length: 1\r\n\r\nx"},
    {"cr_cr_lf", "RFC 9112 2.2", 400, POST "X: a\r\r\n\r\n"},
    {"bare_cr_ends_headers", "RFC 9112 2.2", 400, POST "\rX: y\r\n\r\n"},
    {"nul_in_value", "RFC 9110 5.5", 400, POST "X: a\0b\r\n\r\n"sv},
    {"delete_in_value", "RFC 9110 5.5", 400, POST "X: a\x7F\r\n\r\n"},
    {"escape_in_value", "RFC 9110 5.5", 400, POST "X: \x1B[2J\r\n\r\n"},
    {"nul_in_name", "RFC 9110 5.1", 400, POST "X\0: a\r\n\r\n"sv},
    {"high_byte_in_name", "RFC 9110 5.1", 400, POST "X\xFF: a\r\n\r\n"},
    {"empty_name", "RFC 9110 5.1", 400, POST ": a\r\n\r\n"},
    {"no_colon", "RFC 9112 5", 400, POST "Content-Length\r\n\r\n"},
    {"parentheses_in_name", "RFC 9110 5.6.2", 400, POST "Content(Length): 1\r\n\r\nx"},

    // Host and other headers that must be single
    {"no_host", "RFC 9112 3.2: MUST 400; accepted by Beast 1.81", 400, "POST /wsman HTTP/1.1\r\n\r\n"},
    {"two_hosts", "RFC 9112 3.2: MUST 400; accepted by Beast 1.81", 400, POST "Host: other\r\n\r\n"},
    {"two_hosts_alike", "RFC 9112 3.2", 400, POST "host: h\r\n\r\n"},
    {"two_hosts_on_http_1_0", "RFC 9112 3.2", 400, "POST /wsman HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
    {"host_list", "RFC 9112 3.2: invalid value", 400, "POST /wsman HTTP/1.1\r\nHost: a, b\r\n\r\n"},
    {"host_with_space", "RFC 9112 3.2: invalid value", 400, "POST /wsman HTTP/1.1\r\nHost: a b\r\n\r\n"},
    {"host_with_high_byte", "RFC 9112 3.2: invalid value", 400, "POST /wsman HTTP/1.1\r\nHost: \xE4\r\n\r\n"},
    {"two_authorizations", "RFC 9110 5.3: not a list; readers differ in which they take", 400,
     POST "Authorization: Basic YTph\r\nAuthorization: Basic Yjpi\r\n\r\n"},
    {"two_content_types", "RFC 9110 8.3: recipients differ in which they take", 400,
     POST "Content-Type: application/soap+xml\r\nContent-Type: text/plain\r\n\r\n"},
    {"unknown_expectation", "RFC 9110 10.1.1: 417", 417, POST "Expect: the-worst\r\nContent-Length: 1\r\n\r\nx"},

    // Request line
    {"two_spaces_before_target", "RFC 9112 3: a single SP", 400, "POST  /wsman HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"two_spaces_before_version", "RFC 9112 3", 400, "POST /wsman  HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"tab_as_separator", "RFC 9112 3; lenient readers", 400, "POST\t/wsman\tHTTP/1.1\r\nHost: h\r\n\r\n"},
    {"space_behind_version", "RFC 9112 3", 400, "POST /wsman HTTP/1.1 \r\nHost: h\r\n\r\n"},
    {"space_in_target", "RFC 9112 3.2: SHOULD 400", 400, "POST /ws man HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"request_in_target", "request splitting", 400, "GET / HTTP/1.1\rGET /x HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"high_bytes_in_target", "RFC 3986 2; accepted by Beast 1.81", 400, "POST /\xC3\xA4 HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"nul_in_target", "C string readers", 400, "POST /wsman\0 HTTP/1.1\r\nHost: h\r\n\r\n"sv},
    {"delete_in_target", "RFC 3986 2", 400, "POST /\x7F HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"no_target", "RFC 9112 3", 400, "POST HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"no_version", "HTTP/0.9", 400, "GET /\r\n"},
    {"bad_method", "RFC 9110 9.1: token", 400, "PO(ST /wsman HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"empty_line_first", "RFC 9112 2.2 lets servers skip it; readers differ", 400, "\r\n" POST "\r\n"},
    {"space_first", "RFC 9112 3", 400, " POST /wsman HTTP/1.1\r\nHost: h\r\n\r\n"},
    {"lower_case_http", "RFC 9112 2.3: case-sensitive", 400, "POST /wsman http/1.1\r\nHost: h\r\n\r\n"},
    {"version_with_more_digits", "RFC 9112 2.3", 400, "POST /wsman HTTP/1.10\r\nHost: h\r\n\r\n"},
    {"version_with_leading_zero", "RFC 9112 2.3", 400, "POST /wsman HTTP/01.1\r\nHost: h\r\n\r\n"},
    {"version_without_minor", "RFC 9112 2.3", 400, "POST /wsman HTTP/2\r\nHost: h\r\n\r\n"},
    {"version_0_9", "RFC 9110 15.6.6", 505, "POST /wsman HTTP/0.9\r\nHost: h\r\n\r\n"},
    {"version_1_2", "RFC 9110 15.6.6", 505, "POST /wsman HTTP/1.2\r\nHost: h\r\n\r\n"},
    {"http_2_preface", "RFC 9113 3.4", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
    {"tls_handshake", "HTTPS client at the HTTP port", 400, "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"sv},

    // Chunks
    {"trailer", "RFC 9112 7.1.2: trailer smuggling", 400, CHUNKED "0\r\nX: y\r\n\r\n"},
    {"trailer_with_length", "RFC 9110 6.5.1", 400, CHUNKED "1\r\nx\r\n0\r\nContent-Length: 5\r\n\r\n"},
    {"space_line_for_trailers", "RFC 9112 7.1", 400, CHUNKED "0\r\n \r\n\r\n"},
    {"chunk_size_empty", "RFC 9112 7.1: 1*HEXDIG", 400, CHUNKED "\r\nx\r\n0\r\n\r\n"},
    {"chunk_size_with_prefix", "strtol(..., 16) readers", 400, CHUNKED "0x1\r\nx\r\n0\r\n\r\n"},
    {"chunk_size_with_plus", "strtol() readers", 400, CHUNKED "+1\r\nx\r\n0\r\n\r\n"},
    {"chunk_size_with_minus", "strtol() readers", 400, CHUNKED "-1\r\nx\r\n0\r\n\r\n"},
    {"chunk_size_with_underscore", "readers of languages with digit separators", 400, CHUNKED "1_0\r\nx\r\n0\r\n\r\n"},
    {"chunk_size_behind_space", "strtol() readers", 400, CHUNKED " 1\r\nx\r\n0\r\n\r\n"},
    {"chunk_size_before_space", "RFC 9112 7.1.1: BWS only before an extension", 400, CHUNKED "1 \r\nx\r\n0\r\n\r\n"},
    {"chunk_size_over_64_bits", "RFC 9112 7.1: overflow; wraps to 1", 400,
     CHUNKED "10000000000000001\r\nx\r\n0\r\n\r\n"},
    {"chunk_size_near_64_bits", "size + 2 wraps", 413, CHUNKED "ffffffffffffffff\r\nx\r\n0\r\n\r\n"},
    {"chunk_longer_than_size", "RFC 9112 7.1; readers that skip to the line end", 400, CHUNKED "1\r\nxyz\r\n0\r\n\r\n"},
    {"chunk_data_without_line_end", "RFC 9112 7.1", 400, CHUNKED "1\r\nx0\r\n\r\n"},
    {"chunk_data_ends_in_bare_lf", "RFC 9112 7.1; one-byte differences add up", 400, CHUNKED "1\r\nx\n0\r\n\r\n"},
    {"chunk_data_ends_in_two_other_bytes", "readers that skip two bytes unseen", 400, CHUNKED "1\r\nxAB0\r\n\r\n"},
    {"chunk_size_ends_in_bare_lf", "RFC 9112 7.1", 400, CHUNKED "1\nx\r\n0\r\n\r\n"},
    {"chunk_size_ends_in_bare_cr", "RFC 9112 7.1", 400, CHUNKED "1\rx\r\n0\r\n\r\n"},
    {"extension_with_bare_lf", "TERM.EXT smuggling", 400, CHUNKED "1;a\nx\r\n0\r\n\r\n"},
    {"extension_with_bare_cr", "EXT.TERM smuggling", 400, CHUNKED "1;a\rb\r\nx\r\n0\r\n\r\n"},
    {"extension_with_nul", "C string readers", 400, CHUNKED "1;a\0\r\nx\r\n0\r\n\r\n"sv},
    {"extension_with_open_quote", "RFC 9112 7.1.1; readers that let quotes span lines", 400,
     CHUNKED "1;a=\"\r\nx\r\n0\r\n\r\n\"\r\n"},
    {"extension_without_name", "RFC 9112 7.1.1", 400, CHUNKED "1;\r\nx\r\n0\r\n\r\n"},
    {"last_chunk_ends_in_bare_lf", "RFC 9112 7.1", 400, CHUNKED "0\n\r\n"},
    {"empty_line_ends_in_bare_lf", "RFC 9112 7.1.2", 400, CHUNKED "0\r\n\n"},
};

const Limits limits = [] {
  Limits result;
  result.body = 1000;
  return result;
}();

void PrintTo(const Framing& framing, std::ostream* out) { *out << framing.name; }

class HostileFraming : public testing::TestWithParam<Framing> {};

TEST_P(HostileFraming, IsRefusedHoweverItIsCutUp) {
  const auto& bytes = GetParam().bytes;
  const auto whole = read_whole(bytes, limits);
  EXPECT_EQ(whole.status(), GetParam().status) << GetParam().source << "\n" << whole.text();
  EXPECT_EQ(whole.completed(), 0U);
  EXPECT_EQ(whole.reason().find("parser:"), std::string::npos) << "left to Beast: " << whole.reason();
  EXPECT_EQ(read_by_bytes(bytes, limits).text(), whole.text());
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    ASSERT_EQ(read_in_two(bytes, cut, limits).text(), whole.text()) << "cut at " << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, HostileFraming, testing::ValuesIn(framings),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace winrmd::http

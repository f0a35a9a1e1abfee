// Sealed messages between the log-in and the service, which sees plain ones: the only place where a body is sealed or
// opened.
#pragma once

#include "lib/http/request.hpp"
#include "lib/http/response.hpp"
#include "lib/seal/protection.hpp"

namespace winrmd::net {

// True when the request says that its body is sealed.
bool is_sealed(const http::Request& request);

// Why a request cannot be opened: the status of the answer, and a sentence for the log.
struct Unopened {
  int status = 400;
  std::string reason;
};

// Puts what was sealed, and its media type, in the place of the body. Gives the form in which the answer is due.
// `limit`: octets of the plain text. Nothing is opened when more is announced.
std::expected<seal::Form, Unopened> open_request(http::Request& request, seal::Protection* protection,
                                                 std::size_t limit);

// Seals the body where there is one.
Result<void> seal_response(http::Response& response, seal::Protection& protection, const seal::Form& form);

}  // namespace winrmd::net

// Boost.Beast's request parser, used for header blocks that have passed the gate. The only file of ours with Boost in
// it outside the network process is head_parser.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/http/request.hpp"

namespace winrmd::http {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// Fills in method, target, version and headers from a whole header block. Strings for the headers are taken from
// `spare` while there are any. An error (400) means that the gate accepted what the parser did not.
std::optional<ParseError> parse_head(std::string_view block, Request& request, HeaderList& spare);

}  // namespace winrmd::http

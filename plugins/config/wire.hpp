// Between the interface, which speaks UTF-16, and the tree.
#pragma once

#include <vector>
#include <wsman/resources.hpp>

#include "outcome.hpp"
#include "request.hpp"

namespace config_tree {

std::string utf8(wsman::StringView text);  // empty for what is no UTF-16
wsman::String wide(std::string_view text);

// What a client asks. Refused for a fragment in a language other than XPath.
Outcome<Request> read_request(const wsman::ResourceRequest& from, wsman::StringView body = {});

std::vector<Selector> read_selectors(const wsman::Selectors& set);
wsman::Reference make_reference(const std::vector<Selector>& selectors);

}  // namespace config_tree

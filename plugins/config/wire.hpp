// Between the interface, which speaks UTF-16, and the tree.
#pragma once

#include <wsman_resource.h>

#include <string_view>
#include <vector>
#include <wsman.hpp>

#include "outcome.hpp"
#include "request.hpp"

namespace config_tree {

// What a client asks, with the body it sent. Refused for an option that it insists on, and for a fragment in a language
// other than XPath.
Outcome<Request> read_request(const WSMAN_PLUGIN_REQUEST& request, const WSMAN_DATA* body);

std::vector<Selector> read_selectors(const WSMAN_SELECTOR_SET& set);

// Answers. Each says whether the host took it.
DWORD report_object(WSMAN_PLUGIN_REQUEST* request, std::string_view xml);
DWORD report_reference(WSMAN_PLUGIN_REQUEST* request, const std::vector<Selector>& selectors);
DWORD report_item(WSMAN_PLUGIN_REQUEST* request, const Instance& instance);

}  // namespace config_tree

// Endpoint references: what names a resource or an instance of it in answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/ipc/messages_resource.hpp"
#include "net/exchange.hpp"

namespace winrmd::net {

// a:Address (the URL that the client uses) and a:ReferenceParameters, without the element around them. A value that is
// itself an a:EndpointReference as XML is written as such.
std::string reference_xml(std::string_view url, std::string_view resource_uri,
                          const std::vector<ipc::NameValue>& selectors);
// The whole a:EndpointReference. `resource_uri`: where the reference does not say.
std::string endpoint_xml(std::string_view url, std::string_view resource_uri, const ipc::ResourceReference& reference);

// The selectors of a request as plug-ins and references have them.
std::vector<ipc::NameValue> selectors_of(const std::vector<soap::Selector>& selectors);

}  // namespace winrmd::net

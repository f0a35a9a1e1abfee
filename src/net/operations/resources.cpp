// Operations on resources of plug-ins other than shells: Get, Put, Create, Delete, Invoke and Enumerate.
#include <array>

#include "lib/ipc/messages_resource.hpp"
#include "lib/soap/names.hpp"
#include "net/operations/endpoint.hpp"
#include "net/operations/host_answer.hpp"
#include "net/operations/host_items.hpp"
#include "net/operations/operations.hpp"
#include "net/operations/reply.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net {
namespace {

using ipc::Capability;

// The actions of WS-Management itself never mean Invoke.
bool is_standard(std::string_view action) {
  static constexpr auto families = std::to_array<std::string_view>({
      "http://schemas.xmlsoap.org/ws/2004/09/transfer/",
      "http://schemas.xmlsoap.org/ws/2004/09/enumeration/",
      "http://schemas.xmlsoap.org/ws/2004/08/eventing/",
      "http://schemas.dmtf.org/wbem/wsman/1/wsman/",
      "http://schemas.microsoft.com/wbem/wsman/1/wsman/",
      "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/",
  });
  return std::ranges::any_of(families, [&](auto family) { return action.starts_with(family); });
}

// What the action is called among the capabilities; nothing: no resource has it.
std::optional<Capability> capability(std::string_view action) {
  static constexpr auto rows = std::to_array<std::pair<std::string_view, Capability>>({
      {soap::action::get, Capability::get},
      {soap::action::put, Capability::put},
      {soap::action::create, Capability::create},
      {soap::action::remove, Capability::remove},
      {soap::action::enumerate, Capability::enumerate},
  });
  for (const auto& [known, value] : rows) {
    if (action == known) return value;
  }
  return is_standard(action) ? std::nullopt : std::optional(Capability::invoke);
}

// What the request asks beside the operation, and the resource does not have.
Outcome<void> check_features(const soap::Request& request, const ipc::ResourceSetup& resource,
                             const ipc::CapabilitySetup& capability) {
  if (!resource.supports_options && !request.options.empty()) return fault(ERROR_WSMAN_OPTIONS_NOT_SUPPORTED);
  if (!request.fragment) return {};
  if (!capability.supports_fragment) return fault(ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED);
  if (request.fragment->text.empty()) return fault(ERROR_WSMAN_MISSING_FRAGMENT_PATH);
  return {};
}

bool takes_body(Capability operation) {
  return operation == Capability::put || operation == Capability::create || operation == Capability::invoke;
}

// The element in the body; nothing: the body is empty, or the operation takes none.
Outcome<std::optional<std::string>> body_for(const soap::Request& request, Capability operation) {
  const auto* element = request.content();
  if (!takes_body(operation) || element == nullptr) return std::optional<std::string>();
  if (request.body->children.size() > 1)
    return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "The body holds more than one element.");
  if (request.fragment && operation != Capability::invoke && !element->is(soap::ns::wsman, "XmlFragment"))
    return fault(ERROR_WSMAN_INVALID_XML_FRAGMENT, "The body of a request about a fragment must hold w:XmlFragment.");
  return std::optional(request.document.fragment(*element));
}

std::string fragment_header(const soap::Expression& fragment) {
  std::string out = R"(<w:FragmentTransfer s:mustUnderstand="true")";
  if (fragment.dialect != soap::xpath_dialect) out += R"( Dialect=")" + xml::escaped(fragment.dialect) + '"';
  return out + '>' + (fragment.is_xml ? fragment.text : xml::escaped(fragment.text)) + "</w:FragmentTransfer>";
}

// The object as the body of an answer; with a fragment inside w:XmlFragment, which the plug-in may have written itself.
Outcome<std::string> object_xml(const std::string& object, bool is_fragment) {
  if (object.empty()) return is_fragment ? "<w:XmlFragment></w:XmlFragment>" : std::string();
  auto element = checked_element(object);
  if (!element || !is_fragment) return element;
  const auto document = xml::Document::parse(*element);
  if (document && document->root().is(soap::ns::wsman, "XmlFragment")) return element;
  return "<w:XmlFragment>" + *element + "</w:XmlFragment>";
}

Outcome<std::string> body_of(const Exchange& exchange, Capability operation, const ipc::ResourceResult& result) {
  const auto& request = exchange.soap;
  if (operation == Capability::remove) return std::string();
  if (operation == Capability::get && result.object.empty())
    return fault(ERROR_WSMAN_INVALID_PROVIDER_RESPONSE, "The plug-in has reported no object.");
  if (operation != Capability::create) {
    const bool is_fragment = request.fragment && operation != Capability::invoke;
    if (operation == Capability::put && result.object.empty()) return std::string();
    return object_xml(result.object, is_fragment);
  }
  if (!result.reference)
    return fault(ERROR_WSMAN_INVALID_PROVIDER_RESPONSE, "The plug-in has not said what it has created.");
  const auto& uri = result.reference->resource_uri;
  return "<x:ResourceCreated>" +
         reference_xml(exchange.url, uri.empty() ? request.resource_uri : uri, result.reference->selectors) +
         "</x:ResourceCreated>";
}

// Echo and answers of header blocks.
std::string headers_of(const Exchange& exchange, Capability operation, const ipc::ResourceResult& result) {
  const auto& request = exchange.soap;
  std::string headers;
  if (request.fragment) headers += fragment_header(*request.fragment);
  if (!request.epr_requested || operation == Capability::remove || operation == Capability::invoke) return headers;
  const auto reference = result.reference.value_or(ipc::ResourceReference{{}, selectors_of(request.selectors)});
  return headers + "<w:RequestedEPR>" + endpoint_xml(exchange.url, request.resource_uri, reference) +
         "</w:RequestedEPR>";
}

soap::Prefixes prefixes(Capability operation) {
  const bool plain = operation == Capability::remove || operation == Capability::invoke;
  return plain ? soap::Prefixes::remove : soap::Prefixes::transfer;
}

ipc::ItemKind kind_of(EnumerationMode mode) {
  switch (mode) {
    case EnumerationMode::object:
      return ipc::ItemKind::object;
    case EnumerationMode::epr:
      return ipc::ItemKind::reference;
    case EnumerationMode::object_and_epr:
      return ipc::ItemKind::object_and_reference;
  }
  return ipc::ItemKind::object;
}

}  // namespace

Operations::Reply Operations::resource(Exchange& exchange, const UserRef& user, ResourceMatch match) {
  const auto operation = capability(exchange.soap.action);
  const auto* allowed = operation ? capability_of(*match.resource, *operation) : nullptr;
  if (allowed == nullptr) co_return fault(ERROR_WSMAN_ACTION_NOT_SUPPORTED);
  if (auto ok = check_features(exchange.soap, *match.resource, *allowed); !ok)
    co_return std::unexpected(std::move(ok.error()));
  if (*operation == Capability::enumerate)
    co_return co_await enumerate_resource(exchange, user, match.plugin, allowed->supports_filtering);
  auto body = body_for(exchange.soap, *operation);
  if (!body) co_return std::unexpected(std::move(body.error()));
  // The numbers of WSManOperation are those of the capabilities.
  const auto permit = co_await gate_.authorize(exchange, user, static_cast<std::uint32_t>(*operation), match.plugin);
  if (!permit) co_return std::unexpected(permit.error());
  const auto host = co_await hosts_.acquire_for_resources(*user, match.plugin);
  if (!host) co_return std::unexpected(host.error());
  auto result = co_await call_resource(exchange, **host, *match.plugin,
                                       {.details = details(exchange),
                                        .plugin = match.plugin->name,
                                        .operation = *operation,
                                        .action = *operation == Capability::invoke ? exchange.soap.action : "",
                                        .body = std::move(*body)});
  if (!result) co_return std::unexpected(std::move(result.error()));
  const auto xml = body_of(exchange, *operation, *result);
  if (!xml) co_return std::unexpected(xml.error());
  co_return checked_size(exchange,
                         reply(exchange, prefixes(*operation), *xml, headers_of(exchange, *operation, *result)));
}

asio::awaitable<Outcome<ipc::ResourceResult>> Operations::call_resource(Exchange& exchange, OperationsHost& host,
                                                                        const Plugin& plugin,
                                                                        ipc::ResourceCall message) {
  const auto link = host.link;
  const auto id = link->next_id();
  exchange.on_lost = [link, id] { link->abandon(id); };
  auto answer = co_await link->call_with_id(id, message, exchange.deadline);
  exchange.on_lost = nullptr;
  // Nobody waits for it: it is to end.
  if (!answer && answer.error() == CallError::timed_out) link->post(ipc::Cancel{}, id);
  auto understood = understand(plugin, std::move(answer));
  if (!understood) co_return std::unexpected(std::move(understood.error()));
  auto result = ipc::decode<ipc::ResourceResult>(*understood);
  if (!result) co_return fault(ERROR_INTERNAL_ERROR);
  co_return std::move(*result);
}

Operations::Reply Operations::enumerate_resource(Exchange& exchange, const UserRef& user, PluginRef plugin,
                                                 bool supports_filtering) {
  auto request = parse_enumerate(exchange.soap, limits_.max_batch_items, date_now());
  if (!request) co_return std::unexpected(std::move(request.error()));
  if (request->filter && !supports_filtering)
    co_return fault(ERROR_WSMAN_ENUMERATE_FILTER_DIALECT_REQUESTED_UNAVAILABLE);
  auto permit = co_await gate_.authorize(exchange, user, WSManOperationEnumerate, plugin);
  if (!permit) co_return std::unexpected(std::move(permit.error()));
  auto source = co_await open_items(exchange, *user, std::move(plugin), *request);
  if (!source) co_return std::unexpected(std::move(source.error()));
  co_return co_await begin_enumeration(exchange, *user, *request, std::move(*source), std::move(*permit));
}

asio::awaitable<Outcome<std::unique_ptr<ItemSource>>> Operations::open_items(Exchange& exchange, const UserRecord& user,
                                                                             PluginRef plugin,
                                                                             const EnumerateRequest& request) {
  auto host = co_await hosts_.acquire_for_resources(user, plugin);
  if (!host) co_return std::unexpected(std::move(host.error()));
  ipc::EnumerationOpen message{.details = details(exchange),
                               .plugin = plugin->name,
                               .enumeration = text::new_guid(),
                               .kind = kind_of(request.mode)};
  if (request.filter) message.details.filter = ipc::Expression{request.filter->text, request.filter->dialect};
  if (request.selectors) message.selector_filter = selectors_of(*request.selectors);
  const auto link = (*host)->link;
  const auto id = link->next_id();
  exchange.on_lost = [link, id] { link->abandon(id); };
  auto answer = co_await link->call_with_id(id, message, exchange.deadline);
  exchange.on_lost = nullptr;
  if (!answer && answer.error() == CallError::timed_out) link->post(ipc::EnumerationClose{message.enumeration});
  const auto understood = understand(*plugin, std::move(answer));
  if (!understood) co_return std::unexpected(understood.error());
  if (!ipc::decode<ipc::Done>(*understood)) co_return fault(ERROR_INTERNAL_ERROR);
  co_return std::make_unique<HostItems>(HostItems::Origin{.host = std::move(*host),
                                                          .plugin = std::move(plugin),
                                                          .url = exchange.url,
                                                          .resource_uri = exchange.soap.resource_uri},
                                        std::move(message.enumeration));
}

}  // namespace winrmd::net

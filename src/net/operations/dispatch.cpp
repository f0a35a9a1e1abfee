// Which operation a request asks for. The resource decides what its action means: on resources of shells the service
// itself answers most of them, on others plug-ins do.
#include <algorithm>

#include "lib/soap/names.hpp"
#include "net/operations/operations.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

bool is_management(std::string_view uri) { return uri == soap::shell_resource || uri == soap::shell_command_resource; }

}  // namespace

const ipc::CapabilitySetup* capability_of(const ipc::ResourceSetup& resource, ipc::Capability type) {
  const auto found = std::ranges::find(resource.capabilities, type, &ipc::CapabilitySetup::type);
  return found == resource.capabilities.end() ? nullptr : &*found;
}

asio::awaitable<Outcome<std::string>> Operations::dispatch(Exchange& exchange, const UserRef& user) {
  struct Row {
    std::string_view action;
    Reply (Operations::*serve)(Exchange&, const UserRef&);
  };
  // The context says which resource these are about.
  static constexpr Row of_enumerations[] = {
      {soap::action::pull, &Operations::pull},
      {soap::action::release, &Operations::release},
      {soap::action::renew, &Operations::renew},
      {soap::action::get_status, &Operations::get_status},
  };
  static constexpr Row of_shells[] = {
      {soap::action::create, &Operations::create},
      {soap::action::command, &Operations::command},
      {soap::action::send, &Operations::send},
      {soap::action::receive, &Operations::receive},
      {soap::action::signal, &Operations::signal},
      {soap::action::get, &Operations::get},
      {soap::action::remove, &Operations::remove},
      {soap::action::enumerate, &Operations::enumerate},
      {soap::action::disconnect, &Operations::disconnect},
      {soap::action::reconnect, &Operations::reconnect},
      {soap::action::connect, &Operations::connect},
  };
  const Activity activity(user);
  const auto& request = exchange.soap;
  const auto has_action = [&](const Row& row) { return row.action == request.action; };
  if (const auto* row = std::ranges::find_if(of_enumerations, has_action); row != std::end(of_enumerations))
    co_return co_await (this->*row->serve)(exchange, user);

  const auto match = Catalogue::find(exchange.application, request.resource_uri);
  const bool shells = is_management(request.resource_uri) || !match.plugin ||
                      capability_of(*match.resource, ipc::Capability::shell) != nullptr;
  if (!shells) co_return co_await resource(exchange, user, match);
  const auto* row = std::ranges::find_if(of_shells, has_action);
  if (row == std::end(of_shells)) co_return fault(ERROR_WSMAN_ACTION_NOT_SUPPORTED);
  if (!knows_resource(exchange)) co_return fault(ERROR_WSMAN_INVALID_RESOURCE_URI);
  if (request.fragment) co_return fault(ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED);
  co_return co_await (this->*row->serve)(exchange, user);
}

}  // namespace winrmd::net

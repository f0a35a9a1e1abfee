#include "net/gate/access_rules.hpp"

#include <algorithm>
#include <array>

#include "lib/log/log.hpp"
#include "lib/sddl/access.hpp"
#include "lib/sddl/sddl.hpp"
#include "lib/soap/names.hpp"
#include "lib/text/ascii.hpp"
#include "wsman_operations.h"

namespace winrmd::net {
namespace {

using sddl::right::generic_execute;
using sddl::right::generic_read;
using sddl::right::generic_write;

// The configuration was checked when it was read, so this is only to be sure.
std::optional<sddl::SecurityDescriptor> read(const Application& application, std::string_view uri,
                                             std::string_view text) {
  auto descriptor = sddl::parse_for_access(text);
  if (descriptor) return std::move(*descriptor);
  log::error("descriptor_unreadable",
             {{"application", application.path}, {"resource", uri}, {"reason", descriptor.error().message}});
  return std::nullopt;
}

bool grants(const std::optional<sddl::SecurityDescriptor>& descriptor, const Subject& subject, std::uint32_t right) {
  return descriptor && sddl::grants(*descriptor, [&](const sddl::Sid& sid) { return subject.holds(sid); }, right);
}

}  // namespace

AccessRules::AccessRules(const Application& application) : asks_root_(!application.root_sddl.empty()) {
  if (asks_root_) root_ = read(application, {}, application.root_sddl);
  for (const auto& plugin : application.plugins) {
    for (const auto& resource : plugin.resources) {
      for (const auto& security : resource.security) {
        rules_.push_back({security.uri, security.exact_match, read(application, security.uri, security.sddl)});
      }
    }
  }
}

bool AccessRules::root_grants(const Subject& subject, std::uint32_t right) const {
  return !asks_root_ || grants(root_, subject, right);
}

bool AccessRules::admits(const Subject& subject) const {
  return std::ranges::any_of(std::array{generic_read, generic_write, generic_execute},
                             [&](std::uint32_t right) { return root_grants(subject, right); });
}

const AccessRules::Rule* AccessRules::most_specific(std::string_view uri) const {
  const Rule* best = nullptr;
  for (const auto& rule : rules_) {
    if (rule.exact_match ? !text::iequals(rule.uri, uri) : !Catalogue::covers(rule.uri, uri)) continue;
    const bool better = best == nullptr || rule.uri.size() > best->uri.size() ||
                        (rule.uri.size() == best->uri.size() && rule.exact_match && !best->exact_match);
    if (better) best = &rule;
  }
  return best;
}

bool AccessRules::permits(const Subject& subject, std::string_view uri, std::uint32_t right) const {
  if (!root_grants(subject, right)) return false;
  const auto* rule = most_specific(uri);
  return rule == nullptr || grants(rule->descriptor, subject, right);
}

std::uint32_t right_for(std::uint32_t operation, bool of_shells) {
  if (of_shells) return generic_execute;
  switch (operation) {
    case WSManOperationGet:
    case WSManOperationEnumerate:
    case WSManOperationSubscribe:
      return generic_read;
    case WSManOperationPut:
    case WSManOperationDelete:
    case WSManOperationCreate:
      return generic_write;
    default:
      return generic_execute;
  }
}

bool is_about_shells(const ApplicationRef& application, std::string_view uri) {
  if (uri == soap::shell_resource || uri == soap::shell_command_resource) return true;
  const auto match = Catalogue::find(application, uri);
  const auto makes_shells = [](const ipc::CapabilitySetup& capability) {
    return capability.type == ipc::Capability::shell;
  };
  // Where nobody serves the URI by now, the request has got here because a shell of a former plug-in is open.
  return match.resource == nullptr || std::ranges::any_of(match.resource->capabilities, makes_shells);
}

}  // namespace winrmd::net

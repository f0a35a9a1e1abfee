// The winrm/config tree: the entry points that the service calls. Everything is done inside the call; a change waits
// for other changes and for the service to take it.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "lib/text/ascii.hpp"
#include "tree.hpp"
#include "wire.hpp"

namespace config_tree {
namespace {

Outcome<Location> read_location(const wsman::Startup& startup) {
  Location location{.file = startup.parameter("file").value_or(""),
                    .control = startup.parameter("control").value_or(""),
                    .application = wsman::to_utf8(startup.application()).value_or("")};
  location.read_only = startup.parameter("read_only") == "true";
  location.reload_after = startup.parameter("reload") != "false";
  if (!location.file.starts_with('/')) return refuse(ERROR_INVALID_PARAMETER, "");
  return location;
}

DWORD start(const wsman::Startup& startup, PVOID* context) {
  auto location = read_location(startup);
  if (!location) return location.error().code;
  *context = std::make_unique<Tree>(std::move(*location)).release();
  return NO_ERROR;
}

void finish(const wsman::Operation& operation, const Refusal& refusal) {
  operation.complete(refusal.code, wsman::to_wide(refusal.text).value_or(wsman::String()).c_str());
}

// Runs one operation to its end: `act(tree, request)` gives an Outcome, `report(host's request, result)` hands it over.
template <class Act, class Report>
void serve(PVOID plugin, WSMAN_PLUGIN_REQUEST* details, const WSMAN_DATA* body, const Act& act,
           const Report& report) noexcept {
  const wsman::Operation operation(details);
  wsman::detail::guarded(
      [&] {
        const auto request = read_request(*details, body);
        if (!request) return finish(operation, request.error());
        const auto result = act(*static_cast<const Tree*>(plugin), *request);
        if (!result) return finish(operation, result.error());
        operation.complete(operation.call([&](WSMAN_PLUGIN_REQUEST* it) noexcept {
          DWORD taken = NO_ERROR;
          wsman::detail::guarded([&] { taken = report(it, result); }, [&](DWORD code, PCWSTR) { taken = code; });
          return taken;
        }));
      },
      [&](DWORD code, PCWSTR text) { operation.complete(code, text); });
}

DWORD report_text(WSMAN_PLUGIN_REQUEST* request, const Outcome<std::string>& xml) {
  return xml->empty() ? DWORD{NO_ERROR} : report_object(request, *xml);
}

bool fits(const Instance& instance, const std::vector<Selector>& filter) {
  return std::ranges::all_of(filter, [&](const Selector& wanted) {
    return std::ranges::any_of(instance.selectors, [&](const Selector& own) {
      return winrmd::text::iequals(own.name, wanted.name) && winrmd::text::iequals(own.value, wanted.value);
    });
  });
}

Outcome<std::vector<Instance>> enumerate(const Tree& tree, const Request& request, const WSMAN_PLUGIN_REQUEST& details,
                                         const WSMAN_ENUMERATION_INFO* info) {
  auto items = tree.enumerate(request);
  if (!items) return items;
  const bool has_filter = details.operationInfo != nullptr && details.operationInfo->filter.filter != nullptr;
  if (info != nullptr && info->selectorFilter != nullptr) {
    const auto filter = read_selectors(*info->selectorFilter);
    std::erase_if(*items, [&](const Instance& item) { return !fits(item, filter); });
  } else if (has_filter) {
    return refuse(ERROR_WSMAN_ENUMERATE_FILTERING_NOT_SUPPORTED, "filters are sets of selectors here");
  }
  return items;
}

}  // namespace
}  // namespace config_tree

namespace tree = config_tree;

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD flags, PCWSTR application, PCWSTR extra_info,
                                                    PVOID* plugin_context) {
  DWORD result = NO_ERROR;
  wsman::detail::guarded([&] { result = tree::start(wsman::Startup(flags, application, extra_info), plugin_context); },
                         [&](DWORD code, PCWSTR) { result = code; });
  return result;
}

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID plugin_context, DWORD /*flags*/, DWORD /*reason*/) {
  delete static_cast<tree::Tree*>(plugin_context);
  return NO_ERROR;
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginGet(PVOID plugin, WSMAN_PLUGIN_REQUEST* details, DWORD /*flags*/) {
  tree::serve(
      plugin, details, nullptr, [](const tree::Tree& it, const tree::Request& request) { return it.get(request); },
      tree::report_text);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginPut(PVOID plugin, WSMAN_PLUGIN_REQUEST* details, DWORD /*flags*/,
                                               WSMAN_DATA* body) {
  tree::serve(
      plugin, details, body, [](const tree::Tree& it, const tree::Request& request) { return it.put(request); },
      tree::report_text);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCreate(PVOID plugin, WSMAN_PLUGIN_REQUEST* details, DWORD /*flags*/,
                                                  WSMAN_DATA* body) {
  tree::serve(
      plugin, details, body, [](const tree::Tree& it, const tree::Request& request) { return it.create(request); },
      [](WSMAN_PLUGIN_REQUEST* it, const auto& selectors) { return tree::report_reference(it, *selectors); });
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginDelete(PVOID plugin, WSMAN_PLUGIN_REQUEST* details, DWORD /*flags*/) {
  tree::serve(
      plugin, details, nullptr, [](const tree::Tree& it, const tree::Request& request) { return it.remove(request); },
      [](WSMAN_PLUGIN_REQUEST*, const auto&) { return DWORD{NO_ERROR}; });
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginInvoke(PVOID plugin, WSMAN_PLUGIN_REQUEST* details, DWORD /*flags*/,
                                                  PCWSTR action, WSMAN_DATA* body) {
  tree::serve(
      plugin, details, body,
      [action](const tree::Tree& it, const tree::Request& request) {
        return it.invoke(request, wsman::to_utf8(wsman::view(action)).value_or(std::string()));
      },
      tree::report_text);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginEnumerate(PVOID plugin, WSMAN_PLUGIN_REQUEST* details, DWORD /*flags*/,
                                                     const WSMAN_ENUMERATION_INFO* info) {
  tree::serve(
      plugin, details, nullptr,
      [&](const tree::Tree& it, const tree::Request& request) { return tree::enumerate(it, request, *details, info); },
      [](WSMAN_PLUGIN_REQUEST* it, const auto& items) {
        for (const auto& item : *items) {
          if (const auto code = tree::report_item(it, item); code != NO_ERROR) return code;
        }
        return DWORD{NO_ERROR};
      });
}

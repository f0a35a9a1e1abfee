// Get, Put, Create, Delete and Invoke, and how every entry point of resources is called.
#include <algorithm>
#include <utility>

#include "host/resource/reported.hpp"
#include "host/resource/resources.hpp"

namespace winrmd::host {
namespace {

bool has_entry(const EntryPoints& points, ipc::Capability kind) {
  switch (kind) {
    case ipc::Capability::get:
      return points.get != nullptr;
    case ipc::Capability::put:
      return points.put != nullptr;
    case ipc::Capability::create:
      return points.create != nullptr;
    case ipc::Capability::remove:
      return points.remove != nullptr;
    case ipc::Capability::invoke:
      return points.invoke != nullptr;
    case ipc::Capability::enumerate:
      return points.enumerate != nullptr;
    default:
      return false;
  }
}

std::string_view entry_point(ipc::Capability kind) {
  switch (kind) {
    case ipc::Capability::get:
      return "WSManPluginGet";
    case ipc::Capability::put:
      return "WSManPluginPut";
    case ipc::Capability::create:
      return "WSManPluginCreate";
    case ipc::Capability::remove:
      return "WSManPluginDelete";
    case ipc::Capability::invoke:
      return "WSManPluginInvoke";
    case ipc::Capability::enumerate:
      return "WSManPluginEnumerate";
    default:
      return {};
  }
}

const Failure not_text{.code = code_invalid_parameter, .text = "The request holds text that is not valid."};

}  // namespace

Resources::OperationPtr Resources::make_operation(std::uint64_t frame, ipc::Capability kind,
                                                  const ipc::RequestDetails& details, const std::string& name) {
  const auto plugin = std::ranges::find(plugins_, name, &Plugin::name);
  if (plugin == plugins_.end()) {
    refuse(frame, {.code = code_load_failed, .text = "This host does not serve that plug-in."});
    return nullptr;
  }
  auto operation = std::make_shared<ResourceOperation>(*this);
  operation->frame = frame;
  operation->kind = kind;
  operation->entry_point = entry_point(kind);
  operation->plugin = *plugin;
  if (!services_.requests.open(operation, details)) {
    refuse(frame, not_text);
    return nullptr;
  }
  operations_.insert(operation);
  return operation;
}

void Resources::call(std::uint64_t frame, const ipc::ResourceCall& message) {
  using enum ipc::Capability;
  Lock lock(mutex_);
  if (refusing_) return refuse(frame, {.code = code_shutting_down});
  const auto operation = make_operation(frame, message.operation, message.details, message.plugin);
  if (!operation) return;
  Arena& arena = operation->object->arguments();
  auto* const request = operation->object->get();
  auto* const body = message.body ? arena.data(*message.body) : nullptr;
  const PCWSTR action = arena.text(message.action);
  if (!arena.good()) return services_.requests.complete(operation, not_text);
  start(operation, [kind = message.operation, request, body, action](const EntryPoints& points, void* context) {
    switch (kind) {
      case get:
        return points.get(context, request, 0);
      case put:
        return points.put(context, request, 0, body);
      case create:
        return points.create(context, request, 0, body);
      case remove:
        return points.remove(context, request, 0);
      case invoke:
        return points.invoke(context, request, 0, action, body);
      default:
        return;  // run() lets no other through
    }
  });
}

void Resources::start(const OperationPtr& operation, Entry entry) {
  services_.pool.post([this, operation, entry = std::move(entry)] { run(operation, entry); });
}

void Resources::run(const OperationPtr& operation, const Entry& entry) {
  const auto points = operation->plugin->start();
  std::string locale;
  {
    Lock lock(mutex_);
    if (operation->completed) return;  // ended before it began
    if (!points) return services_.requests.complete(operation, points.error());
    const bool enumeration = operation->kind == ipc::Capability::enumerate;
    if (!has_entry(**points, operation->kind) || enumeration != (operation->enumeration != nullptr)) {
      return services_.requests.complete(
          operation, {.code = code_not_supported, .text = "The plug-in is not configured for that operation."});
    }
    operation->begun = true;
    locale = operation->parameters.locale;
  }
  if (enter(locale, [&] { entry(**points, operation->plugin->context()); })) return;
  log_thrown(operation->plugin->name(), operation->entry_point);
  Lock lock(mutex_);
  if (operation->completed) return;
  services_.requests.complete(operation, {.code = code_plugin_failed, .text = "The plug-in threw an exception."});
}

DWORD Resources::report_object(const void* request, const WSMAN_DATA& data) {
  using enum ipc::Capability;
  const auto takes_object = [](const OperationPtr& operation) {
    return operation && !operation->reported &&
           (operation->kind == get || operation->kind == put || operation->kind == invoke);
  };
  {
    Lock lock(mutex_);
    const auto operation = find_operation(request);
    if (!takes_object(operation)) return code_invalid_parameter;
    if (operation->notified) return code_aborted;
  }
  auto object = object_of(data);
  if (!object) return code_invalid_parameter;
  Lock lock(mutex_);
  const auto operation = find_operation(request);  // again: the plug-in may call from several threads
  if (!takes_object(operation)) return code_invalid_parameter;
  operation->reported = true;
  operation->result.object = std::move(*object);
  return code_success;
}

DWORD Resources::report_reference(const void* request, const WSMAN_RESOURCE_REFERENCE& given) {
  auto reference = reference_of(given);
  Lock lock(mutex_);
  const auto operation = find_operation(request);
  if (!operation || operation->kind != ipc::Capability::create || operation->reported) return code_invalid_parameter;
  if (operation->notified) return code_aborted;
  if (!reference) return code_invalid_parameter;
  operation->reported = true;
  operation->result.reference = std::move(*reference);
  return code_success;
}

}  // namespace winrmd::host

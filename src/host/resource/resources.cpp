#include "host/resource/resources.hpp"

#include <utility>

namespace winrmd::host {

Resources::Resources(Services services, std::vector<Plugin*> plugins)
    : services_(services), plugins_(std::move(plugins)), mutex_(services.requests.mutex()) {}

Resources::~Resources() {
  // Operations and enumerations hold each other until the plug-in completes them; one that never does must not leak.
  for (const auto& operation : operations_) operation->enumeration.reset();
}

Resources::OperationPtr Resources::find_operation(const void* request) {
  return std::dynamic_pointer_cast<ResourceOperation>(services_.requests.find(request));
}

void Resources::refuse(std::uint64_t frame, const Failure& failure) {
  if (frame == 0) return;
  services_.outbox.post(ipc::Failed{.code = failure.code, .text = failure.text, .from_plugin = failure.from_plugin},
                        frame);
}

void Resources::ended(const std::shared_ptr<Operation>& any, const Failure& result) {
  const auto operation = std::static_pointer_cast<ResourceOperation>(any);
  operations_.erase(operation);
  if (const auto enumeration = std::exchange(operation->enumeration, nullptr)) {
    enumeration_ended(enumeration, result);
  } else {
    answer(*operation, result);
  }
  services_.waker.wake();  // the host may be waiting for it
}

void Resources::answer(ResourceOperation& operation, const Failure& result) {
  const std::uint64_t frame = std::exchange(operation.frame, 0);
  if (frame == 0) return;
  if (result.code != code_success) return refuse(frame, result);
  const bool owes = operation.kind == ipc::Capability::get || operation.kind == ipc::Capability::create;
  if (owes && !operation.reported) {
    const char* const what = operation.kind == ipc::Capability::get ? "an object" : "a reference";
    return refuse(frame, {.code = code_invalid_response,
                          .text = std::string("The plug-in reported neither ") + what + " nor an error."});
  }
  services_.outbox.post(operation.result, frame);
}

void Resources::told(Operation& any) {
  const auto& operation = static_cast<ResourceOperation&>(any);
  if (operation.enumeration) operation.enumeration->room.notify_all();
}

bool Resources::wants_text(const Operation&) const { return false; }

std::size_t Resources::held_bytes(const Operation& any) const {
  const auto& operation = static_cast<const ResourceOperation&>(any);
  return operation.enumeration ? operation.enumeration->items.bytes() : operation.result.object.size();
}

void Resources::cancel(std::uint64_t frame) {
  Lock lock(mutex_);
  for (const auto& operation : std::unordered_set(operations_)) {
    if (operation->frame != frame) continue;
    operation->frame = 0;
    services_.requests.notify(operation);
  }
  for (const auto& [id, enumeration] : std::map(enumerations_)) {
    if (enumeration->pull && enumeration->pull->frame == frame) enumeration->pull.reset();
    if (enumeration->opener != frame) continue;
    enumeration->opener = 0;
    close(enumeration);
  }
}

void Resources::end_all() {
  Lock lock(mutex_);
  refusing_ = true;
  for (const auto& [id, enumeration] : std::map(enumerations_)) close(enumeration);
  for (const auto& operation : std::unordered_set(operations_)) {
    refuse(std::exchange(operation->frame, 0), {.code = code_aborted});
    services_.requests.notify(operation);
  }
}

bool Resources::empty() {
  Lock lock(mutex_);
  return operations_.empty();
}

}  // namespace winrmd::host

// Enumerations: one call of the plug-in each, whose items are fetched by one Pull after the other.
#include <algorithm>
#include <utility>

#include "host/resource/reported.hpp"
#include "host/resource/resources.hpp"

namespace winrmd::host {
namespace {

const WSMAN_ENUMERATION_INFO* enumeration_info(Arena& arena, const ipc::EnumerationOpen& message) {
  auto* const info = arena.array<WSMAN_ENUMERATION_INFO>(1);
  info->mode = static_cast<WSManEnumerationMode>(message.kind);
  if (!message.selector_filter) return info;
  const auto& keys = *message.selector_filter;
  auto* const filter = arena.array<WSMAN_SELECTOR_SET>(1);
  filter->numberKeys = static_cast<DWORD>(keys.size());
  filter->keys = arena.array<WSMAN_KEY>(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    filter->keys[i] = {.key = arena.text(keys[i].name), .value = arena.text(keys[i].value)};
  }
  info->selectorFilter = filter;
  return info;
}

// What `kind` asks for; nothing when it is missing or not valid.
std::optional<ipc::EnumerationItem> item_of(ipc::ItemKind kind, const WSMAN_DATA* object,
                                            const WSMAN_RESOURCE_REFERENCE* reference) {
  ipc::EnumerationItem item;
  if (kind != ipc::ItemKind::reference) {
    auto copy = object == nullptr ? std::nullopt : object_of(*object);
    if (!copy) return std::nullopt;
    item.object = std::move(*copy);
  }
  if (kind != ipc::ItemKind::object) {
    item.reference = reference == nullptr ? std::nullopt : reference_of(*reference);
    if (!item.reference) return std::nullopt;
  }
  return item;
}

}  // namespace

std::size_t Resources::enumeration_count() const {
  const auto closed = std::ranges::count_if(
      operations_, [](const auto& operation) { return operation->enumeration && operation->enumeration->closed; });
  return enumerations_.size() + static_cast<std::size_t>(closed);
}

void Resources::open(std::uint64_t frame, const ipc::EnumerationOpen& message) {
  Lock lock(mutex_);
  if (refusing_) return refuse(frame, {.code = code_shutting_down});
  if (enumerations_.contains(message.enumeration)) return refuse(frame, {.code = code_invalid_parameter});
  if (enumeration_count() >= max_enumerations) {
    return refuse(frame, {.code = code_quota_operations, .text = "There are too many enumerations of this user."});
  }
  const auto operation = make_operation(frame, ipc::Capability::enumerate, message.details, message.plugin);
  if (!operation) return;
  operation->frame = 0;  // who waits for the enumeration is its opener
  const auto enumeration = std::make_shared<Enumeration>();
  enumeration->id = message.enumeration;
  enumeration->kind = message.kind;
  enumeration->opener = frame;
  enumeration->operation = operation;
  operation->enumeration = enumeration;
  enumerations_.emplace(enumeration->id, enumeration);

  Arena& arena = operation->object->arguments();
  const auto* const info = enumeration_info(arena, message);
  if (!arena.good()) {
    return services_.requests.complete(
        operation, {.code = code_invalid_parameter, .text = "The request holds text that is not valid."});
  }
  start(operation, [request = operation->object->get(), info](const EntryPoints& points, void* context) {
    points.enumerate(context, request, 0, info);
  });
}

void Resources::pull(std::uint64_t frame, const ipc::EnumerationPull& message) {
  Lock lock(mutex_);
  const auto found = enumerations_.find(message.enumeration);
  if (found == enumerations_.end()) return refuse(frame, {.code = code_no_enumeration});
  const auto enumeration = found->second;
  if (enumeration->pull) return refuse(frame, {.code = code_pull_in_progress});
  const auto now = Clock::now();
  enumeration->pull = ParkedPull{.frame = frame,
                                 .max_items = std::max<std::size_t>(message.max_items, 1),
                                 .max_bytes = message.max_bytes,
                                 .since = now,
                                 .deadline = now + std::chrono::milliseconds(message.wait_ms)};
  if (enumeration->operation) {
    enumeration->operation->parameters.timeout_ms = message.wait_ms;
    enumeration->operation->parameters.max_data = message.max_bytes;
  }
  serve(enumeration);
}

void Resources::close(const ipc::EnumerationClose& message) {
  Lock lock(mutex_);
  const auto found = enumerations_.find(message.enumeration);
  if (found != enumerations_.end()) close(EnumerationPtr(found->second));
}

void Resources::close(const EnumerationPtr& enumeration) {
  forget(enumeration);
  enumeration->closed = true;
  enumeration->items.clear();
  enumeration->room.notify_all();
  refuse(std::exchange(enumeration->opener, 0), {.code = code_aborted});
  if (const auto pull = std::exchange(enumeration->pull, std::nullopt)) refuse(pull->frame, {.code = code_aborted});
  if (const auto operation = enumeration->operation) services_.requests.notify(operation);
}

void Resources::forget(const EnumerationPtr& enumeration) {
  const auto found = enumerations_.find(enumeration->id);
  if (found != enumerations_.end() && found->second == enumeration) enumerations_.erase(found);
}

DWORD Resources::report_item(const void* request, const WSMAN_DATA* object, const WSMAN_RESOURCE_REFERENCE* reference) {
  Lock lock(mutex_);
  const auto operation = find_operation(request);
  if (!operation || !operation->enumeration) return code_invalid_parameter;
  const EnumerationPtr enumeration = operation->enumeration;
  const auto unwanted = [&] { return enumeration->closed || operation->notified || operation->completed; };
  if (unwanted()) return code_aborted;
  lock.unlock();
  auto item = item_of(enumeration->kind, object, reference);
  if (!item) return code_invalid_parameter;
  const std::size_t size = size_of(*item);
  lock.lock();
  if (!unwanted() && !enumeration->items.has_room(size)) {
    ++enumeration->waiting;
    serve(enumeration);
    const CallPool::Waiting waiting(services_.pool);
    enumeration->room.wait(lock, [&] { return unwanted() || enumeration->items.has_room(size); });
    --enumeration->waiting;
  }
  if (unwanted()) return code_aborted;
  if (enumeration->items.empty()) enumeration->first_item = Clock::now();
  enumeration->items.add(std::move(*item));
  if (const auto opener = std::exchange(enumeration->opener, 0)) services_.outbox.post(ipc::Done{}, opener);
  serve(enumeration);
  return code_success;
}

void Resources::enumeration_ended(const EnumerationPtr& enumeration, const Failure& result) {
  enumeration->operation.reset();
  enumeration->room.notify_all();
  if (enumeration->closed) return;
  const std::uint64_t opener = std::exchange(enumeration->opener, 0);
  if (result.code == code_success) {
    if (opener != 0) services_.outbox.post(ipc::Done{}, opener);
  } else if (opener != 0) {
    refuse(opener, result);
    return close(enumeration);
  } else {
    enumeration->failure = result;
  }
  serve(enumeration);
}

void Resources::serve(const EnumerationPtr& enumeration) {
  if (!enumeration->pull) return;
  const ParkedPull pull = *enumeration->pull;
  Items& items = enumeration->items;
  const bool over = enumeration->operation == nullptr;
  const auto now = Clock::now();
  if (items.empty() && over && enumeration->failure) {
    enumeration->pull.reset();
    refuse(pull.frame, *enumeration->failure);
    return close(enumeration);
  }
  if (items.empty() && !over) {
    if (now < pull.deadline) return look_again(enumeration, pull.deadline);
    enumeration->pull.reset();
    return refuse(pull.frame, {.code = code_timed_out});
  }
  const auto hold_until = std::min(std::max(pull.since, enumeration->first_item) + item_hold_time, pull.deadline);
  if (!over && enumeration->waiting == 0 && !items.fill(pull.max_items, pull.max_bytes) && now < hold_until) {
    return look_again(enumeration, hold_until);
  }
  enumeration->pull.reset();
  ipc::EnumerationItems answer{.items = items.take(pull.max_items, pull.max_bytes)};
  enumeration->first_item = now;
  answer.end = over && items.empty() && !enumeration->failure;
  services_.outbox.post(answer, pull.frame);
  enumeration->room.notify_all();
  if (answer.end) close(enumeration);
}

void Resources::look_again(const EnumerationPtr& enumeration, Clock::time_point when) {
  if (enumeration->next_look <= when) return;
  enumeration->next_look = when;
  services_.agenda.at(when, [this, weak = std::weak_ptr(enumeration)] {
    const auto again = weak.lock();
    if (!again) return;
    Lock lock(mutex_);
    again->next_look = Clock::time_point::max();
    serve(again);
  });
}

}  // namespace winrmd::host

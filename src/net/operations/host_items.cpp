#include "net/operations/host_items.hpp"

#include <limits>

#include "lib/ipc/messages_resource.hpp"
#include "net/operations/endpoint.hpp"
#include "net/operations/host_answer.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

std::uint32_t to_32(std::uint64_t value) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

HostItems::~HostItems() { close(); }

void HostItems::close() {
  if (std::exchange(over_, true)) return;
  const auto link = origin_.host->link;
  link->post(ipc::EnumerationClose{enumeration_});
  // The last thing done here: whoever waits for the fetch may destroy this.
  link->abandon(call_);
}

asio::awaitable<Outcome<ItemBatch>> HostItems::fetch(std::size_t most, std::size_t bytes,
                                                     Link::Clock::time_point until) {
  using std::chrono::milliseconds;
  // The host answers at the end of the time; past that and some seconds it is not going to.
  constexpr std::chrono::seconds grace{5};
  const auto now = Link::Clock::now();
  const auto wait = std::max(std::chrono::duration_cast<milliseconds>(until - now), milliseconds(0));
  const auto link = origin_.host->link;
  call_ = link->next_id();
  const ipc::EnumerationPull message{.enumeration = enumeration_,
                                     .max_items = to_32(most),
                                     .max_bytes = to_32(bytes),
                                     .wait_ms = to_32(static_cast<std::uint64_t>(wait.count()))};
  auto answer = co_await link->call_with_id(call_, message, now + wait + grace);
  if (over_) co_return fault(ERROR_OPERATION_ABORTED);
  if (!answer && answer.error() == CallError::timed_out) {
    // What it may still give would be lost: nobody knows what is next.
    close();
    co_return fault(ERROR_OPERATION_ABORTED, "The process that makes the items does not answer.");
  }
  if (!answer) co_return fault(ERROR_OPERATION_ABORTED, "The process that makes the items has ended.");
  const auto failed = ipc::decode<ipc::Failed>(*answer);
  over_ = failed && (failed->from_plugin || failed->code != ERROR_WSMAN_OPERATION_TIMEDOUT);
  auto understood = understand(*origin_.plugin, std::move(answer));
  if (!understood) co_return std::unexpected(std::move(understood.error()));
  auto batch = batch_of(*understood);
  over_ = batch && batch->end;
  co_return batch;
}

Outcome<ItemBatch> HostItems::batch_of(const ipc::Frame& frame) const {
  const auto message = ipc::decode<ipc::EnumerationItems>(frame);
  if (!message) return fault(ERROR_INTERNAL_ERROR);
  ItemBatch batch;
  batch.end = message->end;
  batch.items.reserve(message->items.size());
  for (const auto& item : message->items) {
    auto& made = batch.items.emplace_back();
    if (!item.object.empty()) {
      auto object = checked_element(item.object);
      if (!object) return std::unexpected(std::move(object.error()));
      made.object = std::move(*object);
    }
    if (item.reference) made.epr = endpoint_xml(origin_.url, origin_.resource_uri, *item.reference);
  }
  return batch;
}

}  // namespace winrmd::net

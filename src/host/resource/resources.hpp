// The resources of an operations host: calls and enumerations that winrmd-net asks for on one side, what plug-ins
// report on the other. The mutex is that of Requests.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "host/core/call_pool.hpp"
#include "host/core/outbox.hpp"
#include "host/resource/model.hpp"

namespace winrmd::host {

// Of one process, those included that are closed and that their plug-in has not completed yet.
inline constexpr std::size_t max_enumerations = 256;
// Items are held this long for more, so that an answer holds as many as were asked for.
inline constexpr std::chrono::milliseconds item_hold_time{50};

class Resources final : public RequestOwner {
 public:
  struct Services {
    Outbox& outbox;
    Agenda& agenda;
    Waker& waker;
    CallPool& pool;
    Requests& requests;
  };

  Resources(Services services, std::vector<Plugin*> plugins);
  ~Resources();

  // Requests of winrmd-net; main thread. `frame` is the id for the answer.
  void call(std::uint64_t frame, const ipc::ResourceCall& message);
  void open(std::uint64_t frame, const ipc::EnumerationOpen& message);
  void pull(std::uint64_t frame, const ipc::EnumerationPull& message);
  void close(const ipc::EnumerationClose& message);
  void cancel(std::uint64_t frame);
  // Refuses new requests and tells every operation to end.
  void end_all();
  // No plug-in has a request of ours any more.
  [[nodiscard]] bool empty();

  // Calls of plug-ins, from any of their threads, with arguments that libwsmsvc has checked as backend.hpp says. They
  // return what the function of that name returns.
  DWORD report_object(const void* request, const WSMAN_DATA& object);
  DWORD report_reference(const void* request, const WSMAN_RESOURCE_REFERENCE& reference);
  DWORD report_item(const void* request, const WSMAN_DATA* object, const WSMAN_RESOURCE_REFERENCE* reference);

 private:
  using Lock = std::unique_lock<std::mutex>;
  using OperationPtr = std::shared_ptr<ResourceOperation>;
  using EnumerationPtr = std::shared_ptr<Enumeration>;
  using Entry = std::function<void(const EntryPoints&, void* context)>;

  // resources.cpp
  OperationPtr find_operation(const void* request);
  void refuse(std::uint64_t frame, const Failure& failure);
  void ended(const std::shared_ptr<Operation>& operation, const Failure& result) override;
  void told(Operation& operation) override;
  [[nodiscard]] bool wants_text(const Operation& operation) const override;
  [[nodiscard]] std::size_t held_bytes(const Operation& operation) const override;
  void answer(ResourceOperation& operation, const Failure& result);

  // calls.cpp
  OperationPtr make_operation(std::uint64_t frame, ipc::Capability kind, const ipc::RequestDetails& details,
                              const std::string& plugin);
  void start(const OperationPtr& operation, Entry entry);
  void run(const OperationPtr& operation, const Entry& entry);

  // enumerations.cpp
  std::size_t enumeration_count() const;
  void enumeration_ended(const EnumerationPtr& enumeration, const Failure& result);
  void serve(const EnumerationPtr& enumeration);
  void look_again(const EnumerationPtr& enumeration, Clock::time_point when);
  void close(const EnumerationPtr& enumeration);
  void forget(const EnumerationPtr& enumeration);

  Services services_;
  std::vector<Plugin*> plugins_;
  std::mutex& mutex_;  // of services_.requests
  bool refusing_ = false;
  std::unordered_set<OperationPtr> operations_;         // all that are not completed
  std::map<std::string, EnumerationPtr> enumerations_;  // that winrmd-net can name
};

}  // namespace winrmd::host

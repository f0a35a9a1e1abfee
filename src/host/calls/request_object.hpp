// What a plug-in gets as WSMAN_PLUGIN_REQUEST. The structures lie in address space that never comes back; the texts and
// arrays behind them can be freed earlier.
#pragma once

#include <cstdint>
#include <memory>

#include "host/calls/arena.hpp"
#include "host/core/address_space.hpp"
#include "host/core/wsman.hpp"
#include "lib/ipc/messages_shell.hpp"

namespace winrmd::host {

class RequestObject {
 public:
  // `token` and `event` are handle values. Null when the details are no UTF-8 or address space is used up.
  static std::unique_ptr<RequestObject> make(SlotSpace& space, const ipc::RequestDetails& details, HANDLE token,
                                             HANDLE event);
  ~RequestObject();
  RequestObject(const RequestObject&) = delete;
  RequestObject& operator=(const RequestObject&) = delete;

  // What the plug-in gets; the value names the operation.
  [[nodiscard]] WSMAN_PLUGIN_REQUEST* get() const { return &block_->request; }
  // For the other arguments of the entry point: they live as long as this object.
  Arena& arguments() { return arguments_; }

  // Frees everything behind the members; they read as null from now on.
  void free_details();
  // Sets the shutdown flag.
  void set_shutdown();
  // The plug-in has completed the operation. Where the contract is watched, it is caught when it touches any of this
  // from now on; so is whoever calls another function of this object.
  void revoke();

 private:
  struct Block {
    WSMAN_PLUGIN_REQUEST request;
    WSMAN_SENDER_DETAILS sender;
    WSMAN_OPERATION_INFOEX info;
  };
  static_assert(sizeof(Block) <= SlotSpace::slot_size);

  RequestObject(SlotSpace& space, Block* block) : space_(space), block_(block) {}
  void fill(const ipc::RequestDetails& details);
  void fill_options(const ipc::RequestDetails& details);

  SlotSpace& space_;
  Block* block_;
  Arena details_;
  Arena arguments_;
};

}  // namespace winrmd::host

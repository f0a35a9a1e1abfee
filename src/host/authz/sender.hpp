// What an authorization plug-in gets as WSMAN_SENDER_DETAILS, in address space that never comes back.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/calls/arena.hpp"
#include "host/core/address_space.hpp"
#include "host/core/wsman.hpp"
#include "lib/ipc/messages_control.hpp"

namespace winrmd::host {

class Sender {
 public:
  // Null when address space is used up or a text is no UTF-8.
  static std::unique_ptr<Sender> make(SlotSpace& space, const ipc::TokenDescription& identity,
                                      std::string_view http_url, HANDLE token);
  ~Sender() { space_.give_back(details_); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  [[nodiscard]] WSMAN_SENDER_DETAILS* get() const { return details_; }
  // For the other arguments of the entry point.
  Arena& arguments() { return arena_; }
  // The plug-in has answered. Where the contract is watched, it is caught when it touches any of this from now on.
  void revoke() {
    if (!contract::watching()) return;
    arena_.clear();
    space_.give_back(details_);
  }

 private:
  Sender(SlotSpace& space, WSMAN_SENDER_DETAILS* details) : space_(space), details_(details) {}

  SlotSpace& space_;
  WSMAN_SENDER_DETAILS* details_;
  Arena arena_;
};

}  // namespace winrmd::host

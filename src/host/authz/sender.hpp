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

 private:
  Sender(SlotSpace& space, WSMAN_SENDER_DETAILS* details) : space_(space), details_(details) {}

  SlotSpace& space_;
  WSMAN_SENDER_DETAILS* details_;
  Arena arena_;
};

}  // namespace winrmd::host

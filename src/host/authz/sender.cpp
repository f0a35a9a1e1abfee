#include "host/authz/sender.hpp"

#include "host/calls/certificate.hpp"

namespace winrmd::host {

std::unique_ptr<Sender> Sender::make(SlotSpace& space, const ipc::TokenDescription& identity, std::string_view http_url,
                                     HANDLE token) {
  static_assert(sizeof(WSMAN_SENDER_DETAILS) <= SlotSpace::slot_size);
  void* const slot = space.take();
  if (slot == nullptr) return nullptr;
  std::unique_ptr<Sender> sender(new Sender(space, static_cast<WSMAN_SENDER_DETAILS*>(slot)));
  WSMAN_SENDER_DETAILS& details = *sender->details_;
  details.senderName = sender->arena_.text(identity.login_name.empty() ? identity.account : identity.login_name);
  details.authenticationMechanism = sender->arena_.text(identity.mechanism);
  details.certificateDetails = certificate_details(sender->arena_, identity.certificate);
  details.clientToken = token;
  details.httpURL = sender->arena_.text(http_url);
  if (!sender->arena_.good()) return nullptr;
  return sender;
}

}  // namespace winrmd::host

#include "net/delivery.hpp"

#include "lib/ipc/messages_shell.hpp"

namespace winrmd::net {

void Delivery::give_back() {
  const auto host = host_.lock();
  host_.reset();
  if (host) host->post(ipc::Undelivered{shell_, command_, sequence_}, host->next_id());
}

DeliveryRef Deliveries::add(std::weak_ptr<Link> host, std::string shell, std::string command, std::uint64_t sequence) {
  auto delivery = std::make_shared<Delivery>(std::move(host), std::move(shell), std::move(command), sequence);
  under_way_.emplace_back(delivery);
  return delivery;
}

// There are at most as many as there are connections.
void Deliveries::settle(const std::string& shell, const std::string& command) {
  std::erase_if(under_way_, [&](const std::weak_ptr<Delivery>& entry) {
    const auto delivery = entry.lock();
    if (delivery && delivery->of(shell, command) && delivery->lost && delivery->lost()) delivery->give_back();
    return !delivery;
  });
}

}  // namespace winrmd::net

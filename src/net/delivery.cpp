#include "net/delivery.hpp"

namespace winrmd::net {

DeliveryRef Deliveries::add(std::string origin, std::move_only_function<void()> take_back) {
  auto delivery = std::make_shared<Delivery>(std::move(origin), std::move(take_back));
  under_way_.emplace_back(delivery);
  return delivery;
}

// There are at most as many as there are connections.
void Deliveries::settle(const std::string& origin) {
  std::erase_if(under_way_, [&](const std::weak_ptr<Delivery>& entry) {
    const auto delivery = entry.lock();
    if (delivery && delivery->of(origin) && delivery->lost && delivery->lost()) delivery->give_back();
    return !delivery;
  });
}

}  // namespace winrmd::net

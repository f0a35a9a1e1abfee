// What was given out once and is on its way to a client: output of a command, items of an enumeration. When the reply
// that carries it does not reach the client it goes back to where it came from, before anybody can ask for what comes
// after it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace winrmd::net {

// What one reply carries. Lives until the client is known to have it.
class Delivery {
 public:
  // `origin` names where it comes from.
  Delivery(std::string origin, std::move_only_function<void()> take_back)
      : origin_(std::move(origin)), take_back_(std::move(take_back)) {}

  // The client does not have it. The first call sends it back, later ones find that done.
  void give_back() {
    if (auto take_back = std::exchange(take_back_, nullptr)) take_back();
  }
  [[nodiscard]] bool of(const std::string& origin) const { return origin_ == origin; }

  // Whether the connection that carries it is broken; set by that connection once it has the reply.
  std::function<bool()> lost;

 private:
  std::string origin_;
  std::move_only_function<void()> take_back_;
};
using DeliveryRef = std::shared_ptr<Delivery>;

// All that are under way.
class Deliveries {
 public:
  DeliveryRef add(std::string origin, std::move_only_function<void()> take_back);
  // To be called before the origin is asked for more: a client whose connection broke asks again over another one, and
  // that request may be read before the end of the first connection is.
  void settle(const std::string& origin);

 private:
  std::vector<std::weak_ptr<Delivery>> under_way_;
};

}  // namespace winrmd::net

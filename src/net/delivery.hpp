// Output on its way to a client. A host gives output away once; when the reply that carries it does not reach the
// client it goes back to the front of its command's queue, before anybody can ask for what comes after it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/link.hpp"

namespace winrmd::net {

// The output that one reply carries. Lives until the client is known to have it.
class Delivery {
 public:
  Delivery(std::weak_ptr<Link> host, std::string shell, std::string command, std::uint64_t sequence)
      : host_(std::move(host)), shell_(std::move(shell)), command_(std::move(command)), sequence_(sequence) {}

  // Tells the host that the client does not have it. The first call does, later ones find it done.
  void give_back();
  [[nodiscard]] bool of(const std::string& shell, const std::string& command) const {
    return shell_ == shell && command_ == command;
  }

  // Whether the connection that carries it is broken; set by that connection once it has the reply.
  std::function<bool()> lost;

 private:
  std::weak_ptr<Link> host_;
  std::string shell_;
  std::string command_;
  std::uint64_t sequence_;
};
using DeliveryRef = std::shared_ptr<Delivery>;

// All that are under way.
class Deliveries {
 public:
  DeliveryRef add(std::weak_ptr<Link> host, std::string shell, std::string command, std::uint64_t sequence);
  // To be called before the command is asked for more: a client whose connection broke asks again over another one,
  // and that request may be read before the end of the first connection is.
  void settle(const std::string& shell, const std::string& command);

 private:
  std::vector<std::weak_ptr<Delivery>> under_way_;
};

}  // namespace winrmd::net

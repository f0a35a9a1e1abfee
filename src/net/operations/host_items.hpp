// Items of an enumeration that a plug-in makes: they wait in its host until they are fetched.
#pragma once

#include <memory>
#include <string>

#include "net/operations/hosts.hpp"
#include "net/operations/item_source.hpp"

namespace winrmd::net {

class HostItems final : public ItemSource {
 public:
  struct Origin {
    HostRef host;
    PluginRef plugin;
    std::string url;           // for references
    std::string resource_uri;  // likewise, where they do not say
  };
  // An enumeration that the host has answered with Done.
  HostItems(Origin origin, std::string enumeration)
      : origin_(std::move(origin)), enumeration_(std::move(enumeration)) {}
  ~HostItems() override;

  asio::awaitable<Outcome<ItemBatch>> fetch(std::size_t most, std::size_t bytes,
                                            Link::Clock::time_point until) override;
  void close() override;
  [[nodiscard]] bool is_alive() const override { return over_ || !origin_.host->link->closed(); }
  [[nodiscard]] std::optional<std::size_t> total() const override { return std::nullopt; }
  [[nodiscard]] std::size_t bytes() const override { return 0; }

 private:
  [[nodiscard]] Outcome<ItemBatch> batch_of(const ipc::Frame& frame) const;

  Origin origin_;
  std::string enumeration_;
  std::uint64_t call_ = 0;  // frame id of the fetch in progress
  bool over_ = false;       // the host has forgotten it, or was told to
};

}  // namespace winrmd::net

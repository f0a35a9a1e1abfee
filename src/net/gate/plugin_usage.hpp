// How much of a plug-in of an application is in use, by everybody together and by each user. The numbers belong to its
// name: they outlive reloads, and whatever the plug-in's hosts do.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "net/catalogue.hpp"

namespace winrmd::net {

class PluginUsage {
 public:
  // The code to refuse one more operation or shell of this owner with; 0: there is room.
  [[nodiscard]] std::uint32_t refuses_operation(const ipc::PluginQuotaSetup& quotas, const std::string& owner) const;
  [[nodiscard]] std::uint32_t refuses_shell(const ipc::PluginQuotaSetup& quotas, const std::string& owner) const;
  [[nodiscard]] bool unused() const { return users_.empty(); }

 private:
  friend class PluginSlot;
  struct Count {
    std::size_t operations = 0;
    std::size_t shells = 0;
  };
  [[nodiscard]] Count of(const std::string& owner) const;
  [[nodiscard]] bool is_full(const ipc::PluginQuotaSetup& quotas, const std::string& owner) const;

  std::unordered_map<std::string, Count> users_;  // by owner; those with something in use
  Count all_;
};

// One operation or shell in the plug-in, until its end.
class PluginSlot {
 public:
  enum class Kind : std::uint8_t { operation, shell };

  PluginSlot() = default;
  PluginSlot(std::shared_ptr<PluginUsage> usage, std::string owner, Kind kind);
  PluginSlot(PluginSlot&& other) noexcept = default;
  PluginSlot& operator=(PluginSlot&& other) noexcept {
    if (this != &other) {
      end();
      usage_ = std::move(other.usage_);
      owner_ = std::move(other.owner_);
      kind_ = other.kind_;
    }
    return *this;
  }
  PluginSlot(const PluginSlot&) = delete;
  PluginSlot& operator=(const PluginSlot&) = delete;
  ~PluginSlot() { end(); }

 private:
  static std::size_t& counter(PluginUsage::Count& count, Kind kind) {
    return kind == Kind::shell ? count.shells : count.operations;
  }
  void end();

  std::shared_ptr<PluginUsage> usage_;
  std::string owner_;
  Kind kind_ = Kind::operation;
};

class PluginUsages {
 public:
  [[nodiscard]] const std::shared_ptr<PluginUsage>& of(const Application& application, const Plugin& plugin);
  // Forgets plug-ins of which nothing is in use.
  void sweep();

 private:
  std::map<std::pair<std::string, std::string>, std::shared_ptr<PluginUsage>> usages_;  // by path and name
};

}  // namespace winrmd::net

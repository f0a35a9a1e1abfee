#include "net/gate/plugin_usage.hpp"

#include "wsman_codes.h"

namespace winrmd::net {

PluginUsage::Count PluginUsage::of(const std::string& owner) const {
  const auto found = users_.find(owner);
  return found == users_.end() ? Count{} : found->second;
}

// One user too many. Whoever has something in use has a place already.
bool PluginUsage::is_full(const ipc::PluginQuotaSetup& quotas, const std::string& owner) const {
  return users_.size() >= quotas.max_concurrent_users && !users_.contains(owner);
}

std::uint32_t PluginUsage::refuses_operation(const ipc::PluginQuotaSetup& quotas, const std::string& owner) const {
  if (is_full(quotas, owner)) return ERROR_WSMAN_QUOTA_MAX_USERS_PPQ;
  if (of(owner).operations >= quotas.max_operations_per_user) return ERROR_WSMAN_QUOTA_MAX_OPERATIONS_USER_PPQ;
  if (all_.operations >= quotas.max_operations) return ERROR_WSMAN_QUOTA_MAX_PLUGINOPERATIONS_PPQ;
  return 0;
}

std::uint32_t PluginUsage::refuses_shell(const ipc::PluginQuotaSetup& quotas, const std::string& owner) const {
  if (is_full(quotas, owner)) return ERROR_WSMAN_QUOTA_MAX_USERS_PPQ;
  if (of(owner).shells >= quotas.max_shells_per_user) return ERROR_WSMAN_QUOTA_MAX_SHELLS_PPQ;
  if (all_.shells >= quotas.max_shells) return ERROR_WSMAN_QUOTA_MAX_PLUGINSHELLS_PPQ;
  return 0;
}

PluginSlot::PluginSlot(std::shared_ptr<PluginUsage> usage, std::string owner, Kind kind)
    : usage_(std::move(usage)), owner_(std::move(owner)), kind_(kind) {
  ++counter(usage_->all_, kind_);
  ++counter(usage_->users_[owner_], kind_);
}

void PluginSlot::end() {
  const auto usage = std::exchange(usage_, nullptr);
  if (!usage) return;
  --counter(usage->all_, kind_);
  const auto user = usage->users_.find(owner_);
  --counter(user->second, kind_);
  if (user->second.operations == 0 && user->second.shells == 0) usage->users_.erase(user);
}

const std::shared_ptr<PluginUsage>& PluginUsages::of(const Application& application, const Plugin& plugin) {
  auto& usage = usages_[{application.path, plugin.name}];
  if (!usage) usage = std::make_shared<PluginUsage>();
  return usage;
}

void PluginUsages::sweep() {
  std::erase_if(usages_, [](const auto& entry) { return entry.second->unused(); });
}

}  // namespace winrmd::net

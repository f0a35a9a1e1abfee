#include "supervisor/revisions.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "supervisor/setups.hpp"

namespace winrmd::supervisor {
namespace {

// Changes when the file is written to or replaced.
std::string stamp_of(const std::string& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) return {};
  return fmt::format("{} {} {} {}.{}", info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec,
                     info.st_mtim.tv_nsec);
}

// `plugin` null: the authorization plug-in.
std::string told_to_hosts(const config::Settings& settings, const config::Application& application,
                          const config::Plugin* plugin) {
  const HostPlan plan{.application = &application, .plugin = plugin, .account = {}, .identity = {}, .token = {}};
  return ipc::encode(make_host_setup(settings, plan), 0) + (plugin == nullptr
                                                                ? stamp_of(application.authorization.file)
                                                                : stamp_of(plugin->file) + ' ' + plugin->run_as_user);
}

}  // namespace

Revisions::Revisions(const config::Settings& settings, const Revisions& before) : last_(before.last_) {
  for (const auto& application : settings.applications) {
    for (const auto& plugin : application.plugins) {
      add(before, {application.path, plugin.name}, told_to_hosts(settings, application, &plugin));
    }
    if (!application.authorization.name.empty()) {
      add(before, {application.path, {}}, told_to_hosts(settings, application, nullptr));
    }
  }
}

void Revisions::add(const Revisions& before, Key key, std::string told) {
  const auto known = before.entries_.find(key);
  const bool same = known != before.entries_.end() && known->second.told == told;
  const auto number = same ? known->second.number : ++last_;
  entries_.emplace(std::move(key), Entry{.told = std::move(told), .number = number});
}

std::uint64_t Revisions::number(const Key& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? 0 : found->second.number;
}

void Revisions::fill(std::vector<ipc::ApplicationSetup>& applications) const {
  for (auto& application : applications) {
    for (auto& plugin : application.plugins) plugin.revision = number({application.path, plugin.name});
    application.authorization_revision = number({application.path, {}});
  }
}

}  // namespace winrmd::supervisor

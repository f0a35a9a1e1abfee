#include "net/operations/shells.hpp"

#include <algorithm>

#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::net {
namespace {

std::string_view without_uuid(std::string_view id) {
  constexpr std::string_view prefix = "uuid:";
  return text::istarts_with(id, prefix) ? id.substr(prefix.size()) : id;
}

}  // namespace

std::string command_key(std::string_view id) { return text::to_upper(without_uuid(id)); }

void forget_command(Shell& shell, std::uint64_t creation) {
  std::erase_if(shell.commands, [creation](const auto& entry) { return entry.second.creation == creation; });
}

std::string Shells::key(const Application& application, std::string_view id) {
  return application.path + '\0' + text::to_upper(without_uuid(id));
}

bool Shells::contains(const Application& application, std::string_view id) const {
  return shells_.contains(key(application, id));
}

ShellRef Shells::find(const Application& application, std::string_view id) const {
  const auto found = shells_.find(key(application, id));
  return found != shells_.end() && found->second->active ? found->second : nullptr;
}

void Shells::add(ShellRef shell) {
  ++by_owner_[shell->owner];
  const auto name = key(*shell->application, shell->id);
  shells_[name] = std::move(shell);
}

void Shells::place(const ShellRef& shell, HostRef host, std::uint64_t creation) {
  by_host_.emplace(host->link.get(), shell);
  shell->creation = creation;
  shell->host = std::move(host);
}

void Shells::remove(const Shell& shell) {
  const auto found = shells_.find(key(*shell.application, shell.id));
  if (found == shells_.end() || found->second.get() != &shell) return;
  const auto keep = found->second;
  shells_.erase(found);
  drop(keep);
}

void Shells::drop(const ShellRef& shell) {
  const auto owner = by_owner_.find(shell->owner);
  if (owner != by_owner_.end() && --owner->second == 0) by_owner_.erase(owner);
  if (shell->host) {
    const auto [first, last] = by_host_.equal_range(shell->host->link.get());
    for (auto it = first; it != last; ++it) {
      if (it->second != shell) continue;
      by_host_.erase(it);
      break;
    }
  }
  // What the shell's operations hold is let go here and not with the last reference: a request that still has one (a
  // parked Receive, say) must not keep contexts, tokens or the host.
  shell->active = false;
  const auto quiet = std::exchange(shell->quiet, nullptr);
  shell->commands.clear();
  shell->permit = {};
  shell->place = {};
  shell->client.reset();
  shell->host.reset();
  if (quiet) quiet->keep(true);  // whoever waits sees that the shell is gone
}

std::size_t Shells::count(std::string_view owner) const {
  const auto found = by_owner_.find(std::string(owner));
  return found == by_owner_.end() ? 0 : found->second;
}

std::vector<ShellRef> Shells::visible(const UserRecord& user) const {
  std::vector<ShellRef> result;
  for (const auto& [name, shell] : shells_) {
    if (!shell->active || shell->application->path != user.application->path) continue;
    if (user.administrator || shell->owner == user.owner) result.push_back(shell);
  }
  std::ranges::sort(
      result, [](const auto& a, const auto& b) { return std::pair(a->created, a->id) < std::pair(b->created, b->id); });
  return result;
}

std::vector<ShellRef> Shells::homeless(const Catalogue& catalogue) const {
  std::vector<ShellRef> result;
  for (const auto& [name, shell] : shells_) {
    if (shell->active && !shell->ending && !catalogue.at(shell->application->path)) result.push_back(shell);
  }
  return result;
}

std::vector<ShellRef> Shells::idle(Link::Clock::time_point now) const {
  std::vector<ShellRef> result;
  for (const auto& [name, shell] : shells_) {
    if (shell->active && !shell->ending && shell->in_progress == 0 &&
        now - shell->last_activity >= shell->idle_timeout) {
      result.push_back(shell);
    }
  }
  return result;
}

void Shells::expire_waits(Link::Clock::time_point now) {
  std::vector<std::shared_ptr<Promise<bool>>> waits;
  for (const auto& [name, shell] : shells_) {
    if (shell->quiet) waits.push_back(shell->quiet);
  }
  for (const auto& wait : waits) wait->expire(now);
}

void Shells::host_died(const Link* host) {
  std::vector<ShellRef> gone;
  const auto [first, last] = by_host_.equal_range(host);
  for (auto it = first; it != last; ++it) gone.push_back(it->second);
  for (const auto& shell : gone) {
    log::info("shell_lost", {{"shell", shell->id}, {"user", shell->owner_name}});
    remove(*shell);
  }
}

void Shells::host_event(const Link* host, const ipc::Frame& frame) {
  const auto [first, last] = by_host_.equal_range(host);
  if (const auto ended = ipc::decode<ipc::ShellEnded>(frame)) {
    for (auto it = first; it != last; ++it) {
      if (it->second->creation != ended->creation) continue;
      return remove(*ShellRef(it->second));
    }
  } else if (const auto command = ipc::decode<ipc::CommandEnded>(frame)) {
    for (auto it = first; it != last; ++it) forget_command(*it->second, command->creation);
  } else if (ipc::decode<ipc::Failed>(frame)) {
    // The answer to a creation that nobody waits for any more.
    for (auto it = first; it != last; ++it) forget_command(*it->second, frame.id);
  }
}

void Shells::clear() {
  auto all = std::exchange(shells_, {});
  for (const auto& [name, shell] : all) drop(shell);
}

}  // namespace winrmd::net

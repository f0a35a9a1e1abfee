// Which applications there are doors to, from the start and from each reload on.
#include "net/gate/gate.hpp"

namespace winrmd::net {
namespace {

// The same plug-in, from the same library, told the same at its start.
bool same_plugin(const Application& a, const Application& b) {
  return a.authorization_name == b.authorization_name && a.authorization_file == b.authorization_file &&
         a.authorization_revision == b.authorization_revision;
}

bool same_window(const Application& a, const Application& b) {
  return a.system_window_ms == b.system_window_ms && a.system_window_operations == b.system_window_operations;
}

}  // namespace

Gate::Door Gate::open_door(const ApplicationRef& application, Door* former) {
  Door door{
      .application = application,
      .host = nullptr,
      .rules = nullptr,
      .window = {std::chrono::milliseconds(application->system_window_ms), application->system_window_operations}};
  if (former != nullptr && same_window(*former->application, *application)) door.window = former->window;
  if (application->authorization_name.empty()) {
    const bool same = former != nullptr && former->rules && former->application == application;
    door.rules = same ? former->rules : std::make_shared<const AccessRules>(*application);
    return door;
  }
  if (former != nullptr && same_plugin(*former->application, *application)) {
    door.host = former->host;
    return door;
  }
  door.host = std::make_shared<AuthorizationHost>(control_, tokens_, application,
                                                  [this](const AuthorizationHost& host) { host_died(host); });
  hosts_.push_back(door.host);
  return door;
}

void Gate::reload(const Catalogue& catalogue, const Quota& default_quota) {
  default_quota_ = default_quota;
  auto former = std::exchange(doors_, {});
  for (const auto& application : catalogue.applications()) {
    const auto found = former.find(application->path);
    doors_.emplace(application->path, open_door(application, found == former.end() ? nullptr : &found->second));
  }
  for (const auto& [path, door] : former) {
    const auto* now = door_of(*door.application);
    if (door.host && (now == nullptr || now->host != door.host)) door.host->retire();
  }
  // Nobody waits for these, so that what they hold of the former plug-in need not wait either.
  std::erase_if(records_, [this](const auto& entry) {
    const auto& user = *entry.second;
    return user.running == 0 && !user.refreshing && !is_current(user.application);
  });
}

Gate::Door* Gate::door_of(const Application& application) {
  const auto found = doors_.find(application.path);
  return found == doors_.end() ? nullptr : &found->second;
}

bool Gate::is_current(const ApplicationRef& application) {
  const auto* door = door_of(*application);
  return door != nullptr && door->application == application;
}

}  // namespace winrmd::net

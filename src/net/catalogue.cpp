#include "net/catalogue.hpp"

#include <algorithm>

#include "lib/ipc/fields.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::net {
namespace {

// `//wsman/?PSVersion=7` → `wsman`
std::string normalized_path(std::string_view target) {
  target = target.substr(0, target.find_first_of("?;#"));
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  std::string path;
  for (const char c : target) {
    if (c == '/' && (path.empty() || path.back() == '/')) continue;
    path.push_back(c);
  }
  if (!path.empty() && path.back() == '/') path.pop_back();
  return text::to_lower(path);
}

// Two that are written alike are alike, in every field that there will ever be.
std::string encoded(const Application& application) {
  std::string bytes;
  ipc::Writer(bytes).put(application);
  return bytes;
}

}  // namespace

void Catalogue::replace(std::vector<Application> applications) {
  std::vector<ApplicationRef> fresh;
  for (auto& application : applications) {
    const auto former = at(application.path);
    const bool same = former && encoded(*former) == encoded(application);
    fresh.push_back(same ? former : std::make_shared<const Application>(std::move(application)));
  }
  applications_ = std::move(fresh);
}

ApplicationRef Catalogue::at(std::string_view path) const {
  const auto found = std::ranges::find_if(applications_, [path](const auto& it) { return it->path == path; });
  return found == applications_.end() ? nullptr : *found;
}

PluginRef Catalogue::plugin(const ApplicationRef& application, std::string_view name) {
  const auto found = std::ranges::find(application->plugins, name, &Plugin::name);
  return found == application->plugins.end() ? nullptr : PluginRef(application, &*found);
}

ApplicationRef Catalogue::application(std::string_view target) const {
  const auto path = normalized_path(target);
  for (const auto& application : applications_) {
    if (text::to_lower(application->path) == path) return application;
  }
  return nullptr;
}

bool Catalogue::is_anonymous_identify(std::string_view target) {
  return normalized_path(target) == "wsman-anon/identify";
}

bool Catalogue::covers(std::string_view prefix, std::string_view uri) {
  if (!text::istarts_with(uri, prefix)) return false;
  return uri.size() == prefix.size() || prefix.ends_with('/') || uri[prefix.size()] == '/' || uri[prefix.size()] == '?';
}

ResourceMatch Catalogue::find(const ApplicationRef& application, std::string_view uri) {
  ResourceMatch best;
  const auto match = [&](const Plugin& plugin, const ipc::ResourceSetup& resource) {
    return ResourceMatch{PluginRef(application, &plugin), &resource};
  };
  for (const auto& plugin : application->plugins) {
    for (const auto& resource : plugin.resources) {
      if (text::iequals(resource.uri, uri)) return match(plugin, resource);
      if (resource.exact_match || !covers(resource.uri, uri)) continue;
      if (best.resource == nullptr || resource.uri.size() > best.resource->uri.size()) best = match(plugin, resource);
    }
  }
  return best;
}

}  // namespace winrmd::net

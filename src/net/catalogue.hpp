// What is configured: applications by URL path, plug-ins by resource URI.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/ipc/messages_control.hpp"

namespace winrmd::net {

using Plugin = ipc::PluginSetup;
using Application = ipc::ApplicationSetup;

// Whoever works for an application or a plug-in shares it: a reload brings other ones, and what is under way goes on
// with those that it began with.
using ApplicationRef = std::shared_ptr<const Application>;
using PluginRef = std::shared_ptr<const Plugin>;  // keeps its application

struct ResourceMatch {
  PluginRef plugin;  // null: none
  const ipc::ResourceSetup* resource = nullptr;
};

class Catalogue {
 public:
  explicit Catalogue(std::vector<Application> applications);

  // By the path of a request target: any query, doubled slashes, a slash at the end and letter case are overlooked.
  [[nodiscard]] ApplicationRef application(std::string_view target) const;
  // True for the path that answers Identify without a log-in.
  [[nodiscard]] static bool is_anonymous_identify(std::string_view target);
  // An exact-match resource equal to the URI, else the longest prefix (plugin-api 6.4); URIs compare without case. A
  // prefix ends at the end of the URI or before `/` or `?`.
  [[nodiscard]] static ResourceMatch find(const ApplicationRef& application, std::string_view uri);

  [[nodiscard]] const std::vector<ApplicationRef>& applications() const { return applications_; }

 private:
  std::vector<ApplicationRef> applications_;
};

}  // namespace winrmd::net

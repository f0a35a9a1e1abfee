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
  explicit Catalogue(std::vector<Application> applications) { replace(std::move(applications)); }

  // These are configured from now on. Those that are as they were stay the same objects.
  void replace(std::vector<Application> applications);

  // By the path of a request target: any query, doubled slashes, a slash at the end and letter case are overlooked.
  [[nodiscard]] ApplicationRef application(std::string_view target) const;
  // True for the path that answers Identify without a log-in.
  [[nodiscard]] static bool is_anonymous_identify(std::string_view target);
  // Whether the URI begins with that one, without regard to case, and ends there or goes on with `/` or `?`.
  [[nodiscard]] static bool covers(std::string_view prefix, std::string_view uri);
  // An exact-match resource equal to the URI, else the longest prefix that covers it (plugin-api 6.4).
  [[nodiscard]] static ResourceMatch find(const ApplicationRef& application, std::string_view uri);

  // By a path as it is configured; null: there is none.
  [[nodiscard]] ApplicationRef at(std::string_view path) const;
  // Of that name; null: there is none.
  [[nodiscard]] static PluginRef plugin(const ApplicationRef& application, std::string_view name);
  [[nodiscard]] const std::vector<ApplicationRef>& applications() const { return applications_; }

 private:
  std::vector<ApplicationRef> applications_;
};

}  // namespace winrmd::net

// What is configured: applications by URL path, plug-ins by resource URI.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "lib/ipc/messages_control.hpp"

namespace winrmd::net {

using Plugin = ipc::PluginSetup;
using Application = ipc::ApplicationSetup;

struct ResourceMatch {
  const Plugin* plugin = nullptr;
  const ipc::ResourceSetup* resource = nullptr;
};

class Catalogue {
 public:
  explicit Catalogue(std::vector<Application> applications) : applications_(std::move(applications)) {}

  // By the path of a request target: any query, doubled slashes, a slash at the end and letter case are overlooked.
  [[nodiscard]] const Application* application(std::string_view target) const;
  // True for the path that answers Identify without a log-in.
  [[nodiscard]] static bool is_anonymous_identify(std::string_view target);
  // An exact-match resource equal to the URI, else the longest prefix (plugin-api 6.4); URIs compare without case. A
  // prefix ends at the end of the URI or before `/` or `?`.
  [[nodiscard]] static ResourceMatch find(const Application& application, std::string_view uri);

  [[nodiscard]] const std::vector<Application>& applications() const { return applications_; }

 private:
  std::vector<Application> applications_;
};

}  // namespace winrmd::net

// Who may do what in an application that has no authorization plug-in: what its security descriptors say (plugin-api
// 5.11).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/sddl/descriptor.hpp"
#include "net/catalogue.hpp"
#include "net/gate/subject.hpp"

namespace winrmd::net {

class AccessRules {
 public:
  // The descriptors of the application and of the resources of its plug-ins, read once. One that cannot be read is
  // logged and lets nobody in.
  explicit AccessRules(const Application& application);

  // May the subject do anything at all? The application's descriptor grants one of reading, writing and executing.
  [[nodiscard]] bool admits(const Subject& subject) const;
  // May the subject do something that needs `right` (of sddl::right) with that resource? The application's descriptor
  // must grant it, and so must the most specific one that applies to the URI: an exact match, else the longest prefix,
  // else the application's alone. URIs compare without case, and a prefix ends as in Catalogue::find().
  [[nodiscard]] bool permits(const Subject& subject, std::string_view uri, std::uint32_t right) const;

 private:
  struct Rule {
    std::string uri;
    bool exact_match = false;
    std::optional<sddl::SecurityDescriptor> descriptor;  // nothing: it cannot be read
  };
  [[nodiscard]] bool root_grants(const Subject& subject, std::uint32_t right) const;
  [[nodiscard]] const Rule* most_specific(std::string_view uri) const;

  bool asks_root_ = true;  // false: there is no descriptor of the application's
  std::optional<sddl::SecurityDescriptor> root_;
  std::vector<Rule> rules_;
};

// What a top-level operation needs: `operation` is a WSManOperation* value. Whatever is done with shells is execution.
std::uint32_t right_for(std::uint32_t operation, bool of_shells);
// Whether requests with that URI are about shells: they go to a plug-in that makes shells, or are the service's own.
bool is_about_shells(const ApplicationRef& application, std::string_view uri);

}  // namespace winrmd::net

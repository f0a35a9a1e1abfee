#include "policy.hpp"

#include <sstream>

namespace {

std::set<std::string> names_in(const std::string& list) {
  std::set<std::string> names;
  std::istringstream stream(list);
  for (std::string name; std::getline(stream, name, ',');) {
    if (!name.empty()) names.insert(name);
  }
  return names;
}

}  // namespace

Policy::Policy(const std::string& users, const std::string& administrators)
    : users_(names_in(users)), administrators_(names_in(administrators)) {}

bool Policy::admits(const std::string& name) const { return users_.count(name) != 0 || is_administrator(name); }

bool Policy::is_administrator(const std::string& name) const { return administrators_.count(name) != 0; }

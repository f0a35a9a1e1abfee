#pragma once

#include <set>
#include <string>

// Who may come in, and as what.
class Policy {
 public:
  // Names with commas between them. Administrators need not be among the users.
  Policy(const std::string& users, const std::string& administrators);

  bool admits(const std::string& name) const;
  bool is_administrator(const std::string& name) const;

 private:
  std::set<std::string> users_;
  std::set<std::string> administrators_;
};

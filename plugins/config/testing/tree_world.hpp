// A configuration file in a folder of its own, and the tree that serves it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tree.hpp"

namespace config_tree {

class TreeWorld : public testing::Test {
 protected:
  TreeWorld() {
    std::string name = testing::TempDir() + "tree_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    location_.file = folder_ + "/winrmd.toml";
    location_.application = "wsman";
    location_.reload_after = false;
    write(R"(# The service.
user_file = "/etc/users"

[[listener]]  # in clear
address = "127.0.0.1"
port = 5985
basic = true
allow_unencrypted = true

[[listener]]
address = "::1"
port = 5986
tls = true
certificate = "/etc/tls.crt"
key = "/etc/tls.key"

[[application]]
path = "wsman"

# They are enough.
[limits]
max_connections = 30  # at a time
)");
  }
  ~TreeWorld() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text) const { std::ofstream(location_.file, std::ios::binary) << text; }
  [[nodiscard]] std::string text() const { return read(location_.file); }
  static std::string read(const std::string& file) {
    std::ostringstream all;
    all << std::ifstream(file, std::ios::binary).rdbuf();
    return all.str();
  }
  // The file's text with one piece replaced.
  [[nodiscard]] std::string text_with(const std::string& old, const std::string& now) const {
    auto all = text();
    const auto at = all.find(old);
    EXPECT_NE(at, std::string::npos) << old;
    return at == std::string::npos ? all : all.replace(at, old.size(), now);
  }

  [[nodiscard]] Tree tree() const { return Tree(location_); }
  static Request at(const std::string& relative, std::vector<Selector> selectors = {}) {
    return {.resource = "http://schemas.microsoft.com/wbem/wsman/1/config" + relative,
            .selectors = std::move(selectors)};
  }
  // `<cfg:NAME ...>members</cfg:NAME>`, members without a prefix.
  static std::string object(const std::string& name, const std::string& members) {
    return "<" + name + " xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config\">" + members + "</" + name + ">";
  }
  [[nodiscard]] Outcome<std::string> put(const std::string& relative, const std::string& name,
                                         const std::string& members) const {
    auto request = at(relative);
    request.body = object(name, members);
    return tree().put(request);
  }
  // Code and text of a refusal; 0: there was none.
  template <class T>
  static std::pair<DWORD, std::string> refusal(const Outcome<T>& outcome) {
    return outcome ? std::pair<DWORD, std::string>(0, "") : std::pair(outcome.error().code, outcome.error().text);
  }

  std::string folder_;
  Location location_;
};

}  // namespace config_tree

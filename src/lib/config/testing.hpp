// Small documents and files for tests.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace winrmd::config::testing {

// Line 6: the application's path, and from line 7 on `application`.
inline std::string with_application(std::string_view application) {
  return std::string("[[listener]]\naddress = \"127.0.0.1\"\nport = 1\n\n[[application]]\npath = \"wsman\"\n")
      .append(application);
}
// Lines 7 to 9: a plug-in's head; from line 10 on `plugin`.
inline std::string with_plugin(std::string_view plugin) {
  return with_application("[[application.plugin]]\nname = \"p\"\nfile = \"/p.so\"\n" + std::string(plugin));
}
// `resource` is what a table in `resources` says besides its URI, on line 10.
inline std::string with_toml_resource(std::string_view resource) {
  return with_plugin("resources = [{ uri = \"http://a/b\", " + std::string(resource) + " }]\n");
}

// A folder of its own.
class Files : public ::testing::Test {
 protected:
  Files() {
    std::string pattern = ::testing::TempDir() + "winrmd-config-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  }
  ~Files() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, std::string_view content) {
    const auto path = folder_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << content;
    std::filesystem::permissions(path, std::filesystem::perms(0644));
    return path;
  }
  // The head of a library, which is all that is looked at.
  std::string library(const std::string& name) {
    std::string head(64, '\0');
    head.replace(0, 4,
                 "\x7f"
                 "ELF");
    head[4] = 2;
    head[16] = 3;
    return write(name, head);
  }
  std::string folder_;
};

}  // namespace winrmd::config::testing

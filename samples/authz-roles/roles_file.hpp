// The roles file on disk. It is read for every question: it is small, and this way no change is missed, however quick.
// Parsed only when its bytes have changed.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "roles.hpp"

class RolesFile {
 public:
  // `path` is UTF-8.
  explicit RolesFile(const std::string& path);

  // The roles as they are now. Null: the file cannot be read or is broken; then nobody may do anything. Any thread.
  std::shared_ptr<const Roles> current();

 private:
  bool read(std::string& bytes, std::string& error) const;
  void report(const std::string& error);

  const std::filesystem::path path_;
  std::mutex mutex_;
  bool loaded_ = false;
  std::string bytes_;                   // what roles_ was parsed from
  std::shared_ptr<const Roles> roles_;  // null: broken
  std::string reported_;                // the last error told, so that it is told once
};

// The users, as the user file says now.
#pragma once

#include <string>

#include "lib/base/result.hpp"
#include "lib/users/user_store.hpp"

namespace winrmd::auth {

class Directory {
 public:
  // An empty path: there are no users.
  explicit Directory(std::string path) : path_(std::move(path)) {}

  // Reads the file again if it has changed since. True when it did. An error when it cannot be believed as it is now:
  // then there are no users, rather than the ones it used to have.
  Result<bool> refresh();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const users::UserFile& users() const { return file_; }
  // A hash that costs what the users' hashes cost and that no password fits.
  [[nodiscard]] const std::string& dummy() const { return dummy_; }

 private:
  std::string path_;
  users::FileStamp stamp_;
  users::UserFile file_;
  bool read_ = false;
  std::string error_;
  std::string dummy_;
};

}  // namespace winrmd::auth

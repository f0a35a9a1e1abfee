// A folder that is gone when its owner is.
#pragma once

#include <string>
#include <utility>

#include "lib/base/result.hpp"

namespace winrmd::supervisor {

class ScratchFolder {
 public:
  // In $TMPDIR or /tmp, mode 0700.
  static Result<ScratchFolder> create();
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace winrmd::supervisor

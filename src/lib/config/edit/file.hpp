// A configuration file that several programs may change. Blocking file I/O; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"

namespace winrmd::config {

inline constexpr std::size_t max_edited_file = 1U << 20;  // bytes, inclusive

// Why a file could not be read or written: who asks is told apart from what is broken.
struct FileError {
  std::string message;
  bool denied = false;  // the account of this process may not
};
template <class T>
using FileResult = std::expected<T, FileError>;

// Held while a file is read, changed and replaced. It is a lock on the file's folder, since the file itself is another
// one after each change; editors of user files and plug-in registrations take the same one.
class EditLock {
 public:
  // Waits for other editors, at most `patience`.
  static FileResult<EditLock> take(const std::string& path, std::chrono::milliseconds patience);

 private:
  explicit EditLock(Fd folder) : folder_(std::move(folder)) {}
  Fd folder_;
};

FileResult<std::string> read_file(const std::string& path);

// Writes the file in one step: whoever reads it finds the old text or the new one. Mode, owner and
// group stay; where they cannot be kept the file is left alone (a group that may do no more than everybody does not
// count). A file that is not there is made, with mode 0640. A symbolic link is followed.
FileResult<void> replace_file(const std::string& path, std::string_view text);

// What the registration of a plug-in is called in its plugin_directory: a name may be any text, a file name may not.
std::string registration_file(std::string_view plugin);

FileResult<void> remove_file(const std::string& path);

}  // namespace winrmd::config

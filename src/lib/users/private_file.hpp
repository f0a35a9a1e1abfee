// Files of secrets that somebody edits while the service runs. Blocking file I/O; any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::users {

inline constexpr std::size_t max_private_file_size = 4U << 20;

// What tells one state of a file from another: an edit in place changes the times or the size, a replacement the inode.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  std::int64_t size = -1;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileStamp&) const = default;
};

// The stamp of the file there now; size -1 when there is none.
FileStamp stamp_of(const std::string& path);

// Reads the file. Fails when it cannot be read, belongs to somebody other than root or the caller (root itself may read
// any), gives any right to group or others, or is larger than max_private_file_size. `stamp`, when given, is of what
// was read.
Result<std::string> read_private_file(const std::string& path, FileStamp* stamp = nullptr);

// Replaces the file in one step by what `edit` makes of its text (of none when there is no file and `create` is set),
// mode 0600, same owner; nothing changes when `edit` fails. Two editors at a time wait for each other.
using TextEdit = std::function<Result<std::string>(std::string_view)>;
Result<void> edit_private_file(const std::string& path, bool create, const TextEdit& edit);

}  // namespace winrmd::users

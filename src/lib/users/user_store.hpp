// User files on disk. Blocking file I/O; any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "lib/base/result.hpp"
#include "lib/users/user_file.hpp"

namespace winrmd::users {

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

// Reads the file. Fails when it cannot be read, belongs to somebody other than root or the caller (root
// itself may read any), gives any right to
// group or others, is larger than max_user_file_size, or has a bad line. `stamp`, when given, is of what was read.
Result<UserFile> read_user_file(const std::string& path, FileStamp* stamp = nullptr);

// Replaces the file in one step by what `edit` makes of it (of an empty one when there is none and `create` is set),
// mode 0600, same owner; nothing changes when `edit` fails. Two editors at a time wait for each other.
Result<void> edit_user_file(const std::string& path, bool create, const std::function<Result<void>(UserFile&)>& edit);

}  // namespace winrmd::users

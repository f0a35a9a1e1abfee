#include "lib/users/private_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "lib/base/fd.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/guid.hpp"

namespace winrmd::users {
namespace {

std::unexpected<Error> system_error(std::string_view what, const std::string& path) {
  return fail(fmt::format("cannot {} '{}': {}", what, path, std::strerror(errno)));
}

FileStamp stamp_from(const struct stat& status) {
  const auto ns = [](const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; };
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = status.st_size,
          .modified_ns = ns(status.st_mtim),
          .changed_ns = ns(status.st_ctim)};
}

Result<void> check_status(const struct stat& status, const std::string& path) {
  if (!S_ISREG(status.st_mode)) return fail(fmt::format("'{}' is not a regular file", path));
  // Root edits the file for the account it belongs to.
  if (status.st_uid != 0 && status.st_uid != ::geteuid() && ::geteuid() != 0) {
    return fail(fmt::format("'{}' belongs to another user (uid {})", path, status.st_uid));
  }
  if ((status.st_mode & 077) != 0) {
    return fail(fmt::format("'{}' is open to others than its owner (mode {:04o}); use: chmod 600 {}", path,
                            status.st_mode & 07777, path));
  }
  if (status.st_size > static_cast<off_t>(max_private_file_size)) {
    return fail(fmt::format("'{}' is larger than {} bytes", path, max_private_file_size));
  }
  return {};
}

Result<std::string> read_all(int file, const std::string& path) {
  std::string text(max_private_file_size + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const auto got = ::read(file, text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", path);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  if (have > max_private_file_size)
    return fail(fmt::format("'{}' is larger than {} bytes", path, max_private_file_size));
  text.resize(have);
  return text;
}

Result<void> write_all(int file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const auto put = ::write(file, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error("write", path);
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Writes `text` to a new file beside `path`, makes it last, and gives it the name `path`.
Result<void> replace(const std::string& path, std::string_view text, const struct stat* old, int folder) {
  const auto temporary = path + "." + text::new_guid();
  const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return system_error("create", temporary);
  auto written = write_all(file.get(), text, temporary);
  if (written && old != nullptr && ::geteuid() == 0 && ::fchown(file.get(), old->st_uid, old->st_gid) != 0) {
    written = system_error("give its owner to", temporary);
  }
  if (written && ::fsync(file.get()) != 0) written = system_error("write", temporary);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = system_error("replace", path);
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  ::fsync(folder);
  return {};
}

}  // namespace

FileStamp stamp_of(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? stamp_from(status) : FileStamp{};
}

Result<std::string> read_private_file(const std::string& path, FileStamp* stamp) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0) return system_error("open", path);
  if (stamp != nullptr) *stamp = stamp_from(status);
  if (auto fits = check_status(status, path); !fits) return std::unexpected(fits.error());
  return read_all(file.get(), path);
}

Result<void> edit_private_file(const std::string& path, bool create, const TextEdit& edit) {
  const auto folder = folder_of(path);
  const Fd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0) return system_error("open", folder);
  struct stat status{};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  std::string text;
  if (exists) {
    auto read = read_private_file(path);
    if (!read) return std::unexpected(read.error());
    text = std::move(*read);
  } else if (errno != ENOENT || !create) {
    return system_error("open", path);
  }
  auto edited = edit(text);
  text::wipe(text);
  if (!edited) return std::unexpected(edited.error());
  auto replaced = replace(path, *edited, exists ? &status : nullptr, lock.get());
  text::wipe(*edited);
  return replaced;
}

}  // namespace winrmd::users

#include "lib/config/edit/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

#include "lib/text/guid.hpp"

namespace winrmd::config {
namespace {

constexpr mode_t new_file_mode = 0640;
constexpr std::chrono::milliseconds lock_pause{20};

std::unexpected<FileError> failure(std::string_view what, const std::string& path) {
  const int error = errno;
  return std::unexpected(FileError{.message = fmt::format("cannot {} '{}': {}", what, path, std::strerror(error)),
                                   .denied = error == EACCES || error == EPERM || error == EROFS});
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The file itself where the path is a link to it.
std::string followed(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : path;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto put = ::write(file, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

// A group that may do no more than everybody need not be kept.
bool group_matters(mode_t mode) { return ((mode >> 3U) & ~mode & 07U) != 0; }

// Owner first: it may take bits of the mode away. Who may not give the file to its group may leave it with their own,
// where that makes no difference.
bool keep_status(int file, const struct stat& old) {
  struct stat made{};
  if (::fstat(file, &made) != 0) return false;
  const bool same_owner = made.st_uid == old.st_uid;
  if (!same_owner || made.st_gid != old.st_gid) {
    const bool given = ::fchown(file, same_owner ? static_cast<uid_t>(-1) : old.st_uid, old.st_gid) == 0;
    if (!given && (!same_owner || group_matters(old.st_mode))) return false;
  }
  return ::fchmod(file, old.st_mode & 07777) == 0;
}

}  // namespace

FileResult<EditLock> EditLock::take(const std::string& path, std::chrono::milliseconds patience) {
  const auto folder = folder_of(followed(path));
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return failure("open", folder);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return failure("lock", folder);
    if (std::chrono::steady_clock::now() >= until) {
      return std::unexpected(FileError{.message = fmt::format("somebody else is changing files in '{}'", folder)});
    }
    std::this_thread::sleep_for(lock_pause);
  }
  return EditLock(std::move(fd));
}

FileResult<std::string> read_file(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0) return failure("open", path);
  if (!S_ISREG(status.st_mode)) {
    return std::unexpected(FileError{.message = fmt::format("'{}' is not a regular file", path)});
  }
  std::string text(max_edited_file + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const auto got = ::read(file.get(), text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("read", path);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  if (have > max_edited_file) {
    return std::unexpected(FileError{.message = fmt::format("'{}' is larger than {} bytes", path, max_edited_file)});
  }
  text.resize(have);
  return text;
}

FileResult<void> replace_file(const std::string& link, std::string_view text) {
  const auto path = followed(link);
  struct stat old{};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  if (!exists && errno != ENOENT) return failure("open", path);
  if (exists && !S_ISREG(old.st_mode)) {
    return std::unexpected(FileError{.message = fmt::format("'{}' is not a regular file", path)});
  }
  const auto temporary = fmt::format("{}.{}", path, text::new_guid());
  const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return failure("write", path);
  const bool status_kept = exists ? keep_status(file.get(), old) : ::fchmod(file.get(), new_file_mode) == 0;
  const bool written = status_kept && write_all(file.get(), text) && ::fsync(file.get()) == 0 &&
                       ::rename(temporary.c_str(), path.c_str()) == 0;
  if (!written) {
    auto failed = failure(status_kept ? "write" : "keep the owner and mode of", path);
    ::unlink(temporary.c_str());
    return failed;
  }
  const Fd folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());
  return {};
}

std::string registration_file(std::string_view plugin) {
  std::string name;
  for (const char c : plugin) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || (c == '.' && !name.empty());
    if (plain) {
      name += c;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return name + ".xml";
}

FileResult<void> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return failure("remove", path);
  return {};
}

}  // namespace winrmd::config

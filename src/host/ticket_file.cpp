#include "host/ticket_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "lib/base/fd.hpp"

namespace winrmd::host {
namespace {

constexpr std::string_view prefix = "winrmd-krb5-";

std::unexpected<Error> system_error(std::string_view what, const std::string& path) {
  return fail(fmt::format("cannot {} '{}': {}", what, path, std::strerror(errno)));
}

bool is_own_folder(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

// The process that made a folder of this name; 0 when it is none of ours.
pid_t maker_of(std::string_view name) {
  if (!name.starts_with(prefix)) return 0;
  name.remove_prefix(prefix.size());
  pid_t pid = 0;
  std::from_chars(name.data(), name.data() + name.size(), pid);
  return pid;
}

void remove_folder(const std::string& folder) {
  ::unlink((folder + "/tickets").c_str());
  ::rmdir(folder.c_str());
}

void remove_leftovers(const std::string& base) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(base, error)) {
    const auto maker = maker_of(entry.path().filename().string());
    if (maker <= 0 || ::kill(maker, 0) == 0 || errno != ESRCH) continue;
    if (is_own_folder(entry.path().string())) remove_folder(entry.path().string());
  }
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return system_error("create", path);
  while (!bytes.empty()) {
    const auto put = ::write(file.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

}  // namespace

TicketFile& TicketFile::operator=(TicketFile&& other) noexcept {
  if (this != &other) {
    remove();
    folder_.swap(other.folder_);
  }
  return *this;
}

Result<TicketFile> TicketFile::create(std::string_view cache, const std::string& base) {
  remove_leftovers(base);
  std::string folder = fmt::format("{}/{}{}-XXXXXX", base, prefix, ::getpid());
  if (::mkdtemp(folder.data()) == nullptr) return system_error("make", folder);
  TicketFile file(std::move(folder));
  if (auto written = write_file(file.path(), cache); !written) return std::unexpected(written.error());
  return file;
}

void TicketFile::remove() {
  if (!folder_.empty()) remove_folder(folder_);
  folder_.clear();
}

std::string ticket_base() {
  auto base = fmt::format("/run/user/{}", ::geteuid());
  return is_own_folder(base) && ::access(base.c_str(), W_OK) == 0 ? base : "/tmp";
}

}  // namespace winrmd::host

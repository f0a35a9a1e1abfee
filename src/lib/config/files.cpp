// Files that the settings name are looked at when the service starts, so that a wrong path is an error at its line and
// not a fault for some user later. Only the head of a plug-in is read; whether it loads is found out by its host.
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "lib/base/fd.hpp"
#include "lib/config/library_file.hpp"
#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

// Whoever can write to a plug-in runs code as its users.
Result<void> check_owner(const struct stat& status, const std::string& path) {
  if (::geteuid() == 0 && (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)) {
    return fail(fmt::format("'{}' can be changed by others than root", path));
  }
  return {};
}

// A file that was cut short loads, and kills its host when the missing part is touched.
bool is_whole(const Fd& file, const Elf64_Ehdr& header, off_t size) {
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part{};
    const auto place = static_cast<off_t>(header.e_phoff + i * sizeof part);
    if (::pread(file.get(), &part, sizeof part, place) != static_cast<ssize_t>(sizeof part)) return false;
    const auto end = part.p_offset + part.p_filesz;
    if (part.p_type == PT_LOAD && (end < part.p_offset || end > static_cast<std::uint64_t>(size))) return false;
  }
  return true;
}

Result<Fd> open_regular(int folder, const std::string& path) {
  Fd file(::openat(folder, path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0) {
    return fail(fmt::format("cannot open '{}': {}", path, std::strerror(errno)));
  }
  if (!S_ISREG(status.st_mode)) return fail(fmt::format("'{}' is not a regular file", path));
  if (auto owner = check_owner(status, path); !owner) return std::unexpected(owner.error());
  return file;
}

}  // namespace

Result<void> check_trusted(int file, const std::string& path) {
  struct stat status{};
  if (::fstat(file, &status) != 0) return fail(fmt::format("cannot look at '{}': {}", path, std::strerror(errno)));
  return check_owner(status, path);
}

Result<std::string> read_trusted_file(int folder, const std::string& path, std::size_t most) {
  const auto file = open_regular(folder, path);
  if (!file) return std::unexpected(file.error());
  std::string text(most + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(file->get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(fmt::format("cannot read '{}': {}", path, std::strerror(errno)));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > most) return fail(fmt::format("'{}' is larger than {} bytes", path, most));
  text.resize(size);
  return text;
}

Result<void> check_registered_file(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
    return fail(fmt::format("there is no file '{}' (ERROR_WSMAN_FILE_NOT_PRESENT)", path));
  }
  return check_library_file(path);
}

Result<void> check_library_file(const std::string& path) {
  const auto file = open_regular(AT_FDCWD, path);
  if (!file) return std::unexpected(file.error());
  struct stat status{};
  if (::fstat(file->get(), &status) != 0) return fail(fmt::format("cannot look at '{}'", path));
  Elf64_Ehdr header{};
  const auto got = ::read(file->get(), &header, sizeof header);
  if (got < static_cast<ssize_t>(sizeof header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    return fail(fmt::format("'{}' is not a shared library", path));
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_type != ET_DYN) {
    return fail(fmt::format("'{}' is not a 64-bit shared library", path));
  }
  if (!is_whole(*file, header, status.st_size)) return fail(fmt::format("'{}' is cut short", path));
  return {};
}

void check_library(Table& table, std::string_view key, const std::string& path) {
  if (table.document().failed() || !table.document().check_files() || path.empty()) return;
  if (const auto checked = check_library_file(path); !checked) table.report(key, checked.error().message);
}

void check_readable(Table& table, std::string_view key, const std::string& path) {
  if (table.document().failed() || !table.document().check_files() || path.empty()) return;
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0) {
    table.report(key, fmt::format("cannot open '{}': {}", path, std::strerror(errno)));
  } else if (!S_ISREG(status.st_mode)) {
    table.report(key, fmt::format("'{}' is not a regular file", path));
  }
}

}  // namespace winrmd::config

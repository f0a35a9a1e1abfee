#include "tools/plugin_check/exports.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>

#include "lib/base/fd.hpp"

namespace winrmd::tools::check {
namespace {

constexpr std::size_t max_symbols = 1'000'000;
constexpr std::size_t max_file = std::size_t{4} << 30;

// A file as bytes, of which only whole structures are given out.
class File {
 public:
  static Result<File> open(const std::string& path) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status{};
    if (!fd || ::fstat(fd.get(), &status) != 0) {
      return fail(fmt::format("cannot open '{}': {}", path, std::strerror(errno)));
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (!S_ISREG(status.st_mode) || size < sizeof(Elf64_Ehdr) || size > max_file) {
      return fail(fmt::format("'{}' is not a shared library", path));
    }
    void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
    if (bytes == MAP_FAILED) return fail(fmt::format("cannot read '{}': {}", path, std::strerror(errno)));
    return File(static_cast<const char*>(bytes), size);
  }

  // False where the file ends before.
  template <class T>
  bool read(std::uint64_t offset, T& value) const {
    if (offset > size_ || size_ - offset < sizeof(T)) return false;
    std::memcpy(&value, bytes_.get() + offset, sizeof(T));
    return true;
  }

  // Up to a zero; empty where there is none before `end`.
  [[nodiscard]] std::string text(std::uint64_t offset, std::uint64_t end) const {
    end = std::min<std::uint64_t>(end, size_);
    if (offset >= end) return {};
    const auto* const begin = bytes_.get() + offset;
    const auto* const zero = static_cast<const char*>(std::memchr(begin, 0, end - offset));
    return zero == nullptr ? std::string() : std::string(begin, zero);
  }

 private:
  struct Unmap {
    std::size_t size = 0;
    void operator()(const char* bytes) const { ::munmap(const_cast<char*>(bytes), size); }
  };
  File(const char* bytes, std::size_t size) : bytes_(bytes, Unmap{size}), size_(size) {}

  std::unique_ptr<const char, Unmap> bytes_;
  std::size_t size_;
};

void add_functions(const File& file, const Elf64_Shdr& symbols, const Elf64_Shdr& names, std::set<std::string>& found) {
  const std::size_t count = std::min<std::size_t>(symbols.sh_size / sizeof(Elf64_Sym), max_symbols);
  for (std::size_t i = 0; i < count; ++i) {
    Elf64_Sym symbol{};
    if (!file.read(symbols.sh_offset + i * sizeof symbol, symbol)) return;
    const bool function = ELF64_ST_TYPE(symbol.st_info) == STT_FUNC && symbol.st_shndx != SHN_UNDEF;
    if (!function) continue;
    auto name = file.text(names.sh_offset + symbol.st_name, names.sh_offset + names.sh_size);
    if (name.starts_with("WSManPlugin")) found.insert(std::move(name));
  }
}

struct EntryPoint {
  std::string_view name;
  bool needed = true;
};

constexpr EntryPoint startup{"WSManPluginStartup"};
constexpr EntryPoint shutdown{"WSManPluginShutdown"};

struct ResourceOperation {
  std::string_view name;
  ipc::Capability capability;
};

constexpr std::array operations{ResourceOperation{"WSManPluginGet", ipc::Capability::get},
                                ResourceOperation{"WSManPluginPut", ipc::Capability::put},
                                ResourceOperation{"WSManPluginCreate", ipc::Capability::create},
                                ResourceOperation{"WSManPluginDelete", ipc::Capability::remove},
                                ResourceOperation{"WSManPluginInvoke", ipc::Capability::invoke},
                                ResourceOperation{"WSManPluginEnumerate", ipc::Capability::enumerate}};

std::vector<EntryPoint> entry_points(Kind kind) {
  switch (kind) {
    case Kind::authorization:
      return {startup,
              shutdown,
              {"WSManPluginAuthzUser"},
              {"WSManPluginAuthzOperation"},
              {"WSManPluginAuthzQueryQuota", false},
              {"WSManPluginAuthzReleaseContext", false}};
    case Kind::shell:
      return {startup,
              shutdown,
              {"WSManPluginShell"},
              {"WSManPluginReleaseShellContext"},
              {"WSManPluginCommand"},
              {"WSManPluginReleaseCommandContext"},
              {"WSManPluginSend"},
              {"WSManPluginReceive"},
              {"WSManPluginSignal"},
              {"WSManPluginConnect", false}};
    case Kind::resource: {
      std::vector<EntryPoint> points{startup, shutdown};
      for (const auto& operation : operations) points.push_back({operation.name, false});
      return points;
    }
  }
  return {};
}

constexpr std::array kinds{Kind::authorization, Kind::shell, Kind::resource};

}  // namespace

Result<std::set<std::string>> exported_functions(const std::string& path) {
  auto file = File::open(path);
  if (!file) return std::unexpected(file.error());
  Elf64_Ehdr header{};
  file->read(0, header);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_type != ET_DYN) {
    return fail(fmt::format("'{}' is not a 64-bit shared library", path));
  }
  std::set<std::string> found;
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section{};
    Elf64_Shdr names{};
    if (!file->read(header.e_shoff + i * sizeof section, section)) break;
    if (section.sh_type != SHT_DYNSYM || section.sh_link >= header.e_shnum) continue;
    if (file->read(header.e_shoff + section.sh_link * sizeof names, names)) {
      add_functions(*file, section, names, found);
    }
  }
  return found;
}

Result<Kind> kind_of(const std::set<std::string>& exported) {
  for (const Kind kind : kinds) {
    for (const auto& [name, needed] : entry_points(kind)) {
      const bool shared = name == startup.name || name == shutdown.name;
      if (!shared && exported.contains(std::string(name))) return kind;
    }
  }
  return fail("it exports no entry point of any kind; say --kind to check it all the same");
}

Result<Kind> kind_named(std::string_view name) {
  for (const Kind kind : kinds) {
    if (name == name_of(kind)) return kind;
  }
  return fail(fmt::format("'{}' is no kind of plug-in: authz, shell or resource", name));
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::authorization:
      return "authz";
    case Kind::shell:
      return "shell";
    case Kind::resource:
      return "resource";
  }
  return {};
}

std::vector<std::string> missing_entry_points(Kind kind, const std::set<std::string>& exported) {
  std::vector<std::string> missing;
  for (const auto& [name, needed] : entry_points(kind)) {
    if (needed && !exported.contains(std::string(name))) missing.emplace_back(name);
  }
  if (kind == Kind::resource && resource_operations(exported).empty()) {
    for (const auto& operation : operations) missing.emplace_back(operation.name);
  }
  return missing;
}

std::vector<ipc::Capability> resource_operations(const std::set<std::string>& exported) {
  std::vector<ipc::Capability> found;
  for (const auto& [name, capability] : operations) {
    if (exported.contains(std::string(name))) found.push_back(capability);
  }
  return found;
}

}  // namespace winrmd::tools::check

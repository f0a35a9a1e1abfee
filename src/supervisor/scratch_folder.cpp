#include "supervisor/scratch_folder.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace winrmd::supervisor {

Result<ScratchFolder> ScratchFolder::create() {
  const char* parent = std::getenv("TMPDIR");
  std::string path = std::string(parent == nullptr || *parent != '/' ? "/tmp" : parent) + "/winrmd-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr)
    return fail(fmt::format("cannot make a folder '{}': {}", path, std::strerror(errno)));
  return ScratchFolder(std::move(path));
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace winrmd::supervisor

#include "supervisor/session_use.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <set>

namespace winrmd::supervisor {
namespace {

std::uint64_t resident_bytes(pid_t process) {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::ifstream file(fmt::format("/proc/{}/statm", process));
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  return file >> size >> resident ? resident * page : 0;
}

}  // namespace

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> found;
  const auto threads = fmt::format("/proc/{}/task", process);
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(threads.c_str()), ::closedir);
  if (!folder) return found;
  while (const dirent* entry = ::readdir(folder.get())) {
    if (entry->d_name[0] == '.') continue;
    std::ifstream list(fmt::format("{}/{}/children", threads, entry->d_name));
    for (pid_t child = 0; list >> child;) found.push_back(child);
  }
  return found;
}

SessionUse measure_session(pid_t host, const std::vector<pid_t>& orphans, std::uint32_t enough) {
  std::vector<pid_t> waiting{host};
  for (const pid_t orphan : orphans) {
    if (::getsid(orphan) == host) waiting.push_back(orphan);
  }
  // A process that comes to another parent while we look is met twice.
  std::set<pid_t> seen;
  std::uint64_t bytes = 0;
  while (!waiting.empty() && seen.size() <= std::size_t{enough} + 1) {
    const pid_t process = waiting.back();
    waiting.pop_back();
    if (!seen.insert(process).second) continue;
    bytes += resident_bytes(process);
    for (const pid_t child : children_of(process)) waiting.push_back(child);
  }
  return {.memory_mb = bytes >> 20, .processes = static_cast<std::uint32_t>(seen.size() - 1)};
}

}  // namespace winrmd::supervisor

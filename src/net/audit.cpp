#include "net/audit.hpp"

#include <unistd.h>

#include "lib/log/log.hpp"

namespace winrmd::net {

void Audit::write(const AuditEntry& entry) {
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  auto line = log::format(now.count(), "audit", entry.event,
                          {{"user", entry.user},
                           {"mechanism", entry.mechanism},
                           {"peer", entry.peer},
                           {"operation", entry.operation},
                           {"resource", entry.resource},
                           {"verdict", entry.verdict},
                           {"code", static_cast<std::int64_t>(entry.code)},
                           {"plugin", entry.plugin},
                           {"microseconds", static_cast<std::int64_t>(entry.taken.count())},
                           {"account", entry.account}});
  line.push_back('\n');
  // A full disk must not stop the service; that it happened is said in the log.
  if (::write(fd_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    log::error("audit_write_failed");
  }
}

}  // namespace winrmd::net

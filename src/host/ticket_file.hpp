// The Kerberos credential that the client delegated, as a file that programs of the shell find by KRB5CCNAME. In a
// folder that only this account can enter, which goes away with the host.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::host {

class TicketFile {
 public:
  // No file.
  TicketFile() = default;
  // `cache`: bytes of a credential cache file. `base`: where the folder goes. Also removes folders that hosts of this
  // account left behind there when they were killed.
  static Result<TicketFile> create(std::string_view cache, const std::string& base);
  ~TicketFile() { remove(); }
  TicketFile(TicketFile&& other) noexcept : folder_(std::move(other.folder_)) { other.folder_.clear(); }
  TicketFile& operator=(TicketFile&& other) noexcept;

  void remove();
  [[nodiscard]] std::string path() const { return folder_ + "/tickets"; }

 private:
  explicit TicketFile(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
};

// Memory where the system gives the account some (`/run/user/UID`), else `/tmp`.
std::string ticket_base();

}  // namespace winrmd::host

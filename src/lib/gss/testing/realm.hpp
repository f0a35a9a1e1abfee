// A Kerberos realm that lives as long as a test: a KDC of MIT's on a free port of this host, in a folder of its own.
// Sets KRB5_CONFIG, KRB5_KDC_PROFILE and KRB5CCNAME of the process, so there is one at a time.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace winrmd::gss::testing {

class Realm {
 public:
  static constexpr const char* name = "WINRMD.TEST";
  static constexpr const char* password = "Pa55-word";  // of each user

  // `services`: principals whose keys are in the keytab, like `HTTP/localhost`. `key_types`: of everything, as kdc.conf
  // writes them. Throws when it does not come up.
  explicit Realm(const std::vector<std::string>& services = {"HTTP/localhost"},
                 const std::string& key_types = "aes256-cts-hmac-sha1-96:normal");
  ~Realm();
  Realm(const Realm&) = delete;
  Realm& operator=(const Realm&) = delete;

  [[nodiscard]] std::string keytab() const { return folder_ + "/keytab"; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  void add_user(const std::string& user);
  // A ticket for the user into the cache. `options` of kinit, like `-l 1s`.
  void log_in(const std::string& user, const std::string& options = "-f");

 private:
  void write_configuration(const std::string& key_types);
  void start();

  std::string folder_;
  int port_ = 0;
  pid_t kdc_ = -1;
};

}  // namespace winrmd::gss::testing

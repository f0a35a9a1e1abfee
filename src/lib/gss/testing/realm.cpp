#include "lib/gss/testing/realm.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace winrmd::gss::testing {
namespace {

constexpr std::chrono::seconds start_limit(30);

// kadmin.local and krb5kdc are in sbin.
void run(const std::string& command, const std::string& log) {
  const std::string line = "PATH=$PATH:/usr/sbin:/sbin; " + command + " >>" + log + " 2>&1";
  if (std::system(line.c_str()) == 0) return;
  std::ostringstream said;
  said << std::ifstream(log).rdbuf();
  throw std::runtime_error(command + ": " + said.str());
}

sockaddr_in local(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = local(0);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

bool answers(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = local(port);
  const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

}  // namespace

Realm::Realm(const std::vector<std::string>& services, const std::string& key_types) : port_(free_port()) {
  std::string pattern = (std::filesystem::temp_directory_path() / "winrmd-realm-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  write_configuration(key_types);
  ::setenv("KRB5_CONFIG", (folder_ + "/krb5.conf").c_str(), 1);
  ::setenv("KRB5_KDC_PROFILE", (folder_ + "/kdc.conf").c_str(), 1);
  ::setenv("KRB5CCNAME", ("FILE:" + folder_ + "/tickets").c_str(), 1);
  ::setenv("KRB5RCACHEDIR", folder_.c_str(), 1);
  const auto log = folder_ + "/log";
  run("kdb5_util create -s -P master-key", log);
  for (const auto& service : services) {
    run("kadmin.local addprinc -randkey " + service, log);
    run("kadmin.local ktadd -k " + keytab() + " " + service, log);
  }
  start();
}

Realm::~Realm() {
  if (kdc_ > 0) {
    ::kill(kdc_, SIGTERM);
    ::waitpid(kdc_, nullptr, 0);
  }
  std::filesystem::remove_all(folder_);
}

void Realm::write_configuration(const std::string& key_types) {
  const auto types = key_types.substr(0, key_types.find(':'));
  const std::string realm(name);
  std::ofstream(folder_ + "/krb5.conf")
      << "[libdefaults]\n default_realm = " << realm
      << "\n dns_lookup_kdc = false\n dns_lookup_realm = false\n rdns = false\n"
      << " dns_canonicalize_hostname = false\n allow_weak_crypto = true\n allow_rc4 = true\n"
      << " permitted_enctypes = " << types << "\n forwardable = true\n"
      << "[realms]\n " << realm << " = {\n  kdc = 127.0.0.1:" << port_ << "\n }\n[domain_realm]\n localhost = " << realm
      << "\n";
  std::ofstream(folder_ + "/kdc.conf") << "[kdcdefaults]\n kdc_listen = 127.0.0.1:" << port_
                                       << "\n kdc_tcp_listen = 127.0.0.1:" << port_ << "\n[realms]\n " << realm
                                       << " = {\n  database_name = " << folder_
                                       << "/principal\n  key_stash_file = " << folder_
                                       << "/stash\n  master_key_type = aes256-cts-hmac-sha1-96\n"
                                       << "  supported_enctypes = " << key_types << "\n  max_life = 1h\n }\n"
                                       << "[logging]\n default = FILE:" << folder_
                                       << "/kdc.log\n kdc = FILE:" << folder_ << "/kdc.log\n";
}

void Realm::start() {
  const char* const arguments[] = {"krb5kdc", "-n", nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const auto log = folder_ + "/kdc.out";
  ::posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
  const int failed =
      ::posix_spawn(&kdc_, "/usr/sbin/krb5kdc", &actions, nullptr, const_cast<char**>(arguments), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start /usr/sbin/krb5kdc");
  const auto until = std::chrono::steady_clock::now() + start_limit;
  while (!answers(port_)) {
    if (::waitpid(kdc_, nullptr, WNOHANG) == kdc_) {
      kdc_ = -1;
      throw std::runtime_error("krb5kdc has ended");
    }
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("krb5kdc does not answer");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void Realm::add_user(const std::string& user) {
  run("kadmin.local addprinc -pw " + std::string(password) + " " + user, folder_ + "/log");
}

void Realm::log_in(const std::string& user, const std::string& options) {
  run("printf '%s\\n' " + std::string(password) + " | kinit " + options + " " + user, folder_ + "/log");
}

}  // namespace winrmd::gss::testing

#include "supervisor/environment.hpp"

#include <array>
#include <cstdlib>

namespace winrmd::supervisor {
namespace {

constexpr std::string_view user_path = "/usr/local/bin:/usr/bin:/bin";
constexpr std::string_view root_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string value_or(const char* name, std::string_view otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::string(otherwise) : std::string(value);
}

void set(std::vector<std::string>& environment, std::string_view name, std::string_view value) {
  std::string entry(name);
  entry += '=';
  entry += value;
  environment.push_back(std::move(entry));
}

void keep(std::vector<std::string>& environment, const char* name) {
  if (const char* value = std::getenv(name)) set(environment, name, value);
}

void keep_sanitizer_options(std::vector<std::string>& environment) {
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) keep(environment, name);
}

void set_common(std::vector<std::string>& environment, const std::string& log_level) {
  set(environment, "LANG", value_or("LANG", "C.UTF-8"));
  set(environment, "WINRMD_LOG_LEVEL", log_level);
}

}  // namespace

std::vector<std::string> service_environment(const std::string& log_level) {
  std::vector<std::string> environment;
  set(environment, "PATH", user_path);
  set_common(environment, log_level);
  keep_sanitizer_options(environment);
  return environment;
}

std::vector<std::string> host_environment(const Account& account, bool own, const std::string& log_level) {
  std::vector<std::string> environment;
  set(environment, "USER", account.name);
  set(environment, "LOGNAME", account.name);
  set(environment, "HOME", account.home.empty() ? "/" : account.home);
  set(environment, "SHELL", account.shell.empty() ? "/bin/sh" : account.shell);
  const auto path = account.uid == 0 ? root_path : user_path;
  set(environment, "PATH", own ? value_or("PATH", path) : std::string(path));
  set_common(environment, log_level);
  if (own) keep_sanitizer_options(environment);
  return environment;
}

}  // namespace winrmd::supervisor

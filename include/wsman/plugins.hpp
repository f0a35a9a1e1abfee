// Part of wsman.hpp: the classes that an author derives from.
#ifndef WINRMD_WSMAN_PLUGINS_HPP
#define WINRMD_WSMAN_PLUGINS_HPP

#include <optional>
#include <string>
#include <string_view>

#include "authorization.hpp"
#include "parameters.hpp"
#include "shells.hpp"

namespace wsman {

// What the host says when it starts a plug-in; for the constructor.
class Startup {
 public:
  Startup(DWORD flags, PCWSTR application, PCWSTR extra_info) noexcept
      : flags_(flags), application_(view(application)), extra_info_(view(extra_info)) {}

  DWORD flags() const noexcept { return flags_; }
  StringView application() const noexcept { return application_; }  // as WSManPluginStartup's applicationIdentification
  StringView extra_info() const noexcept { return extra_info_; }    // XML; empty: none

  // A parameter of the configuration, in UTF-8; nothing: not given.
  std::optional<std::string> parameter(std::string_view name) const {
    return find_parameter(to_utf8(extra_info_).value_or(std::string()), name);
  }

 private:
  DWORD flags_;
  StringView application_;
  StringView extra_info_;
};

// A shell plug-in is a class that derives from this, has a constructor `(const wsman::Startup&)`, and is named in
// WSMAN_SHELL_PLUGIN(...). An Error thrown by the constructor is what Startup returns. The destructor runs at Shutdown,
// after everything has ended: it must end the plug-in's threads and must not throw.
class ShellPlugin {
 public:
  ShellPlugin() = default;
  ShellPlugin(const ShellPlugin&) = delete;
  ShellPlugin& operator=(const ShellPlugin&) = delete;
  virtual ~ShellPlugin() = default;

  // A client opens a shell. Several threads at a time.
  virtual void shell(NewShell request) = 0;
};

// The same for an authorization plug-in and WSMAN_AUTHORIZATION_PLUGIN(...).
class AuthorizationPlugin {
 public:
  AuthorizationPlugin() = default;
  AuthorizationPlugin(const AuthorizationPlugin&) = delete;
  AuthorizationPlugin& operator=(const AuthorizationPlugin&) = delete;
  virtual ~AuthorizationPlugin() = default;

  // Several threads at a time. Answer inside the call or later.
  virtual void user(UserQuestion question) = 0;
  virtual void operation(OperationQuestion question) = 0;
  // Called only for plug-ins with WSMAN_AUTHORIZATION_PLUGIN_QUOTA.
  virtual void quota(QuotaQuestion question) { question.no_limit(); }
};

}  // namespace wsman

#endif

// A plug-in whose entry points do what a test says. The library is loaded by the host under test like any other; since
// both live in one process, the test reaches its script through script().
#pragma once

#include <wsman.h>
#include <wsman_resource.h>

#include <functional>

namespace winrmd::host::testing {

struct Script {
  std::function<void(DWORD flags)> startup_flags;
  std::function<DWORD(PCWSTR application, PCWSTR extra_info, PVOID* context)> startup;
  std::function<DWORD(PVOID context, DWORD reason)> shutdown;
  std::function<void(PVOID plugin, WSMAN_PLUGIN_REQUEST*, WSMAN_SHELL_STARTUP_INFO*, WSMAN_DATA*)> shell;
  std::function<void(PVOID shell)> release_shell;
  std::function<void(WSMAN_PLUGIN_REQUEST*, PVOID shell, PCWSTR line, WSMAN_COMMAND_ARG_SET*)> command;
  std::function<void(PVOID shell, PVOID command)> release_command;
  std::function<void(WSMAN_PLUGIN_REQUEST*, DWORD flags, PVOID command, PCWSTR stream, WSMAN_DATA*)> send;
  std::function<void(WSMAN_PLUGIN_REQUEST*, PVOID command, WSMAN_STREAM_ID_SET*)> receive;
  std::function<void(WSMAN_PLUGIN_REQUEST*, PVOID command, PCWSTR code)> signal;
  std::function<void(WSMAN_PLUGIN_REQUEST*, PVOID shell, PVOID command, WSMAN_DATA* content)> connect;
  std::function<void(PVOID plugin, WSMAN_PLUGIN_REQUEST*)> get;
  std::function<void(WSMAN_PLUGIN_REQUEST*, WSMAN_DATA* body)> put;
  std::function<void(WSMAN_PLUGIN_REQUEST*, WSMAN_DATA* body)> create;
  std::function<void(WSMAN_PLUGIN_REQUEST*)> remove;
  std::function<void(WSMAN_PLUGIN_REQUEST*, PCWSTR action, WSMAN_DATA* body)> invoke;
  std::function<void(WSMAN_PLUGIN_REQUEST*, const WSMAN_ENUMERATION_INFO*)> enumerate;
  std::function<void(WSMAN_SENDER_DETAILS*)> authz_user;
  std::function<void(WSMAN_SENDER_DETAILS*, DWORD operation, PCWSTR action, PCWSTR resource)> authz_operation;
  std::function<void(WSMAN_SENDER_DETAILS*)> authz_quota;
  std::function<void(PVOID context)> authz_release;
};

// The script of the loaded library; loads it if need be. Change it only while no call is under way.
Script& script();

}  // namespace winrmd::host::testing

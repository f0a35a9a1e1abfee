// A plug-in library: loading it, finding its entry points, Startup and Shutdown. The only caller of dlopen().
#pragma once

#include <atomic>
#include <expected>
#include <mutex>
#include <optional>
#include <string>

#include "host/core/codes.hpp"
#include "host/core/wsman.hpp"
#include "lib/ipc/messages_control.hpp"

namespace winrmd::host {

struct EntryPoints {
  WSMAN_PLUGIN_STARTUP startup = nullptr;
  WSMAN_PLUGIN_SHUTDOWN shutdown = nullptr;
  // Operations plug-ins; those are there that their capabilities need, but connect may be missing.
  WSMAN_PLUGIN_SHELL shell = nullptr;
  WSMAN_PLUGIN_RELEASE_SHELL_CONTEXT release_shell_context = nullptr;
  WSMAN_PLUGIN_COMMAND command = nullptr;
  WSMAN_PLUGIN_RELEASE_COMMAND_CONTEXT release_command_context = nullptr;
  WSMAN_PLUGIN_SEND send = nullptr;
  WSMAN_PLUGIN_RECEIVE receive = nullptr;
  WSMAN_PLUGIN_SIGNAL signal = nullptr;
  WSMAN_PLUGIN_CONNECT connect = nullptr;
  WSMAN_PLUGIN_GET get = nullptr;
  WSMAN_PLUGIN_PUT put = nullptr;
  WSMAN_PLUGIN_CREATE create = nullptr;
  WSMAN_PLUGIN_DELETE remove = nullptr;
  WSMAN_PLUGIN_INVOKE invoke = nullptr;
  WSMAN_PLUGIN_ENUMERATE enumerate = nullptr;
  // Authorization plug-ins; the last two may be missing.
  WSMAN_PLUGIN_AUTHORIZE_USER authz_user = nullptr;
  WSMAN_PLUGIN_AUTHORIZE_OPERATION authz_operation = nullptr;
  WSMAN_PLUGIN_AUTHORIZE_QUERY_QUOTA authz_query_quota = nullptr;
  WSMAN_PLUGIN_AUTHORIZE_RELEASE_CONTEXT authz_release_context = nullptr;
  // Of a plug-in that lets itself be checked.
  WSMAN_PLUGIN_LIVE_CONTEXTS live_contexts = nullptr;
};

class Plugin {
 public:
  // `startup_flags`: what Startup gets, a WSMAN_PLUGIN_STARTUP_* value.
  Plugin(ipc::HostedPlugin description, std::string application, bool authorization,
         std::uint32_t startup_flags = WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED);
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  [[nodiscard]] const std::string& name() const { return description_.name; }

  // Loads and starts the plug-in unless that was done. A failure is not remembered: the next call tries again. Calls
  // wait for each other. Not for the main thread, since Startup may take its time.
  std::expected<const EntryPoints*, Failure> start();
  // Calls the plug-in's Shutdown if it was started. `reason` is a WSMAN_PLUGIN_SHUTDOWN_* value.
  void shutdown(std::uint32_t reason);

  // WSManPluginGetConfiguration; any thread, also while Startup runs. The text belongs to this object.
  DWORD configuration(DWORD selector, WSMAN_DATA& data) const;
  // Whether that is what Startup gave for this plug-in. While Startup runs nobody knows it yet, so everything is.
  [[nodiscard]] bool is_context(const void* context) const { return starting_ || (started_ && context_ == context); }

  // What Startup gave; null before.
  [[nodiscard]] void* context() const { return context_; }
  [[nodiscard]] bool started() const { return started_; }

 private:
  void report_live_contexts() const;
  std::optional<Failure> load();
  std::optional<Failure> find_entry_points(void* library, EntryPoints& entry) const;
  [[nodiscard]] bool can(ipc::Capability capability) const;

  const ipc::HostedPlugin description_;
  const std::u16string name_;
  const std::u16string run_as_user_;
  const std::string application_;
  const bool authorization_;
  const std::uint32_t startup_flags_;

  std::mutex mutex_;
  void* library_ = nullptr;  // never unloaded: the process ends with the plug-in
  EntryPoints entry_;
  // Read without the lock: a plug-in may ask for its configuration while Startup runs.
  std::atomic<bool> starting_ = false;
  std::atomic<bool> started_ = false;
  std::atomic<void*> context_ = nullptr;
};

}  // namespace winrmd::host

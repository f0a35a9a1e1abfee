#include "host/calls/plugin.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "host/calls/arena.hpp"
#include "host/check/contract.hpp"
#include "host/core/exit_guard.hpp"
#include "host/core/thrown.hpp"
#include "lib/log/log.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::host {
namespace {

std::string dl_error() {
  const char* const text = ::dlerror();
  return text == nullptr ? "unknown reason" : text;
}

// The calls themselves: a plug-in's exception ends here.
std::uint32_t call_startup(const EntryPoints& entry, std::string_view plugin, std::uint32_t flags, PCWSTR application,
                           PCWSTR extra_info, void** context) {
  try {
    return entry.startup(flags, application, extra_info, context);
  } catch (...) {
    keep_thrown();
    log_thrown(plugin, "WSManPluginStartup");
    return code_plugin_failed;
  }
}

std::uint32_t call_shutdown(const EntryPoints& entry, std::string_view plugin, void* context, std::uint32_t reason) {
  try {
    return entry.shutdown(context, 0, reason);
  } catch (...) {
    keep_thrown();
    log_thrown(plugin, "WSManPluginShutdown");
    return code_plugin_failed;
  }
}

}  // namespace

Plugin::Plugin(ipc::HostedPlugin description, std::string application, bool authorization, std::uint32_t startup_flags)
    : description_(std::move(description)),
      name_(text::to_utf16(description_.name).value_or(std::u16string())),
      run_as_user_(text::to_utf16(description_.run_as_user).value_or(std::u16string())),
      application_(std::move(application)),
      authorization_(authorization),
      startup_flags_(startup_flags) {}

std::expected<const EntryPoints*, Failure> Plugin::start() {
  std::lock_guard lock(mutex_);
  if (started_) return &entry_;
  if (library_ == nullptr) {
    if (auto failure = load()) return std::unexpected(std::move(*failure));
  }
  Arena arena;
  void* context = nullptr;
  const PCWSTR extra = arena.text_or_null(description_.initialization_xml);
  starting_ = true;
  const std::uint32_t code =
      call_startup(entry_, description_.name, startup_flags_, arena.text(application_), extra, &context);
  if (code != code_success) {
    starting_ = false;
    log::error("plugin_startup_failed",
               {{"plugin", description_.name}, {"file", description_.file}, {"code", std::int64_t{code}}});
    contract::report(contract::breach::startup_failed, "WSManPluginStartup returned ", std::to_string(code));
    return std::unexpected(Failure{.code = code, .text = {}, .from_plugin = true});
  }
  context_ = context;
  started_ = true;
  starting_ = false;
  log::info("plugin_started", {{"plugin", description_.name}, {"application", application_}});
  return &entry_;
}

std::optional<Failure> Plugin::load() {
  const auto refuse = [this](std::uint32_t code, const std::string& reason) {
    log::error("plugin_load_failed", {{"plugin", description_.name}, {"file", description_.file}, {"reason", reason}});
    return Failure{.code = code, .text = reason};
  };
  if (::access(description_.file.c_str(), F_OK) != 0) {
    return refuse(code_file_not_present, "The plug-in file does not exist.");
  }
  void* const library = ::dlopen(description_.file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return refuse(code_load_failed, dl_error());
  exit_guard::renew();
  EntryPoints entry;
  if (auto failure = find_entry_points(library, entry)) {
    ::dlclose(library);
    return refuse(failure->code, failure->text);
  }
  library_ = library;
  entry_ = entry;
  return std::nullopt;
}

std::optional<Failure> Plugin::find_entry_points(void* library, EntryPoints& entry) const {
  std::string missing;
  const auto find = [&]<class F>(const char* name, F& function, bool needed = true) {
    function = reinterpret_cast<F>(::dlsym(library, name));
    if (function == nullptr && needed && missing.empty()) missing = name;
  };
  const auto find_for = [&](ipc::Capability capability, const char* capability_name, const char* name, auto& function) {
    if (!can(capability)) return;
    const bool complete = missing.empty();
    find(name, function);
    if (complete && !missing.empty()) missing += std::string(", which its capability ") + capability_name + " needs";
  };
  find("WSManPluginStartup", entry.startup);
  find("WSManPluginShutdown", entry.shutdown);
  find("WSManPluginLiveContexts", entry.live_contexts, false);
  if (authorization_) {
    find("WSManPluginAuthzUser", entry.authz_user);
    find("WSManPluginAuthzOperation", entry.authz_operation);
    find("WSManPluginAuthzQueryQuota", entry.authz_query_quota, description_.quota);
    find("WSManPluginAuthzReleaseContext", entry.authz_release_context, false);
  } else {
    using enum ipc::Capability;
    find_for(shell, "Shell", "WSManPluginShell", entry.shell);
    find_for(shell, "Shell", "WSManPluginReleaseShellContext", entry.release_shell_context);
    find_for(shell, "Shell", "WSManPluginCommand", entry.command);
    find_for(shell, "Shell", "WSManPluginReleaseCommandContext", entry.release_command_context);
    find_for(shell, "Shell", "WSManPluginSend", entry.send);
    find_for(shell, "Shell", "WSManPluginReceive", entry.receive);
    find_for(shell, "Shell", "WSManPluginSignal", entry.signal);
    if (can(shell)) find("WSManPluginConnect", entry.connect, false);
    find_for(get, "Get", "WSManPluginGet", entry.get);
    find_for(put, "Put", "WSManPluginPut", entry.put);
    find_for(create, "Create", "WSManPluginCreate", entry.create);
    find_for(remove, "Delete", "WSManPluginDelete", entry.remove);
    find_for(invoke, "Invoke", "WSManPluginInvoke", entry.invoke);
    find_for(enumerate, "Enumerate", "WSManPluginEnumerate", entry.enumerate);
  }
  if (missing.empty()) return std::nullopt;
  contract::report(contract::breach::entry_point_missing, missing, " is not exported");
  return Failure{.code = code_entry_point_missing, .text = "The plug-in does not export " + missing + "."};
}

bool Plugin::can(ipc::Capability capability) const {
  if (description_.capabilities.empty()) return capability == ipc::Capability::shell;
  return std::ranges::find(description_.capabilities, capability) != description_.capabilities.end();
}

DWORD Plugin::configuration(DWORD selector, WSMAN_DATA& data) const {
  const auto give_number = [&data](DWORD number) {
    data.type = WSMAN_DATA_TYPE_DWORD;
    data.number = number;
  };
  const auto give_text = [&data](const std::u16string& text) {
    data.type = WSMAN_DATA_TYPE_TEXT;
    data.text.buffer = text.c_str();
    data.text.bufferLength = static_cast<DWORD>(text.size());
  };
  switch (selector) {
    case WSMAN_PLUGIN_PARAMS_SHAREDHOST:
      give_number(description_.shared_process ? 1 : 0);
      break;
    case WSMAN_PLUGIN_PARAMS_RUNAS_USER:
      give_text(run_as_user_);
      break;
    case WSMAN_PLUGIN_PARAMS_AUTORESTART:
      give_number(description_.auto_restart ? 1 : 0);
      break;
    case WSMAN_PLUGIN_PARAMS_HOSTIDLETIMEOUTSECONDS:
      give_number(description_.process_idle_timeout_ms / 1000);
      break;
    case WSMAN_PLUGIN_PARAMS_NAME:
      give_text(name_);
      break;
    default:
      return code_invalid_parameter;
  }
  return code_success;
}

void Plugin::report_live_contexts() const {
  if (!contract::watching() || entry_.live_contexts == nullptr) return;
  if (authorization_ && entry_.authz_release_context == nullptr) return;  // then none was released
  const std::int64_t count = entry_.live_contexts();
  if (count > 0) {
    contract::report(contract::breach::context_leaked, "after every release, WSManPluginLiveContexts still counts ",
                     std::to_string(count));
  } else if (count < 0) {
    contract::report(contract::breach::released_twice, "after every release, WSManPluginLiveContexts counts ",
                     std::to_string(count));
  }
}

void Plugin::shutdown(std::uint32_t reason) {
  std::lock_guard lock(mutex_);
  if (!started_) return;
  report_live_contexts();
  started_ = false;
  const std::uint32_t code = call_shutdown(entry_, description_.name, context_.exchange(nullptr), reason);
  if (code != code_success) {
    log::warning("plugin_shutdown_failed", {{"plugin", description_.name}, {"code", std::int64_t{code}}});
    contract::report(contract::breach::shutdown_failed, "WSManPluginShutdown returned ", std::to_string(code));
  }
}

}  // namespace winrmd::host

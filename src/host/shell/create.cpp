// Creating shells and commands, and the report of their contexts.
#include <algorithm>
#include <utility>

#include "host/check/contract.hpp"
#include "host/shell/shells.hpp"
#include "lib/log/log.hpp"

namespace winrmd::host {
namespace {

WSMAN_STREAM_ID_SET* stream_set(Arena& arena, const std::vector<std::string>& names) {
  auto* const set = arena.array<WSMAN_STREAM_ID_SET>(1);
  set->streamIDsCount = static_cast<DWORD>(names.size());
  set->streamIDs = arena.array<PCWSTR>(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) set->streamIDs[i] = arena.text(names[i]);
  return set;
}

WSMAN_ENVIRONMENT_VARIABLE_SET* variable_set(Arena& arena, const std::vector<ipc::NameValue>& variables) {
  if (variables.empty()) return nullptr;
  auto* const set = arena.array<WSMAN_ENVIRONMENT_VARIABLE_SET>(1);
  set->varsCount = static_cast<DWORD>(variables.size());
  set->vars = arena.array<WSMAN_ENVIRONMENT_VARIABLE>(variables.size());
  for (std::size_t i = 0; i < variables.size(); ++i) {
    set->vars[i].name = arena.text(variables[i].name);
    set->vars[i].value = arena.text(variables[i].value);
  }
  return set;
}

// Always the larger V11 structure, with the streams filled in: plug-ins rely on both.
WSMAN_SHELL_STARTUP_INFO* startup_info(Arena& arena, const ipc::ShellCreate& message) {
  auto* const info = arena.array<WSMAN_SHELL_STARTUP_INFO>(1);
  info->inputStreamSet = stream_set(arena, message.input_streams);
  info->outputStreamSet = stream_set(arena, message.output_streams);
  info->idleTimeoutMs = message.idle_timeout_ms;
  info->workingDirectory = arena.text_or_null(message.working_directory);
  info->variableSet = variable_set(arena, message.environment);
  info->name = arena.text_or_null(message.name);
  return info;
}

WSMAN_COMMAND_ARG_SET* argument_set(Arena& arena, const std::vector<std::string>& arguments) {
  if (arguments.empty()) return nullptr;
  auto* const set = arena.array<WSMAN_COMMAND_ARG_SET>(1);
  set->argsCount = static_cast<DWORD>(arguments.size());
  set->args = arena.array<PCWSTR>(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) set->args[i] = arena.text(arguments[i]);
  return set;
}

}  // namespace

void Shells::create_shell(std::uint64_t frame, ipc::ShellCreate message) {
  Lock lock(mutex_);
  if (refusing_) return refuse(frame, code_shutting_down);
  if (shells_.contains(message.shell)) return refuse(frame, code_duplicate_shell);
  const auto plugin = std::ranges::find(plugins_, message.plugin, &Plugin::name);
  if (plugin == plugins_.end()) return refuse(frame, code_load_failed, "This host does not serve that plug-in.");

  auto shell = std::make_shared<Shell>(message.output_streams);
  shell->creation = frame;
  shell->id = message.shell;
  shell->plugin = *plugin;
  shell->input_streams = message.input_streams;
  shell->output_streams = message.output_streams;
  auto operation = make_operation(OperationKind::shell, frame, message.details, shell, nullptr);
  if (!operation) return;
  shell->operation = operation;
  shells_.emplace(shell->id, shell);
  if (!add_client_token(*shell, message)) return complete(operation, {.code = code_out_of_memory});

  Arena& arena = operation->object->arguments();
  auto* const info = startup_info(arena, message);
  auto* const content = message.open_content ? arena.data(*message.open_content) : nullptr;
  if (!arena.good()) {
    return complete(operation, {.code = code_invalid_parameter, .text = "The request holds text that is not valid."});
  }
  ++shell->calls;
  Entry entry = [shell, request = operation->object->get(), info, content](const EntryPoints& points) {
    points.shell(shell->plugin->context(), request, 0, info, content);
  };
  services_.pool.post([this, operation, entry = std::move(entry)] { start_and_create(operation, entry); });
}

void Shells::create_command(std::uint64_t frame, const ipc::CommandCreate& message) {
  Lock lock(mutex_);
  if (refusing_) return refuse(frame, code_shutting_down);
  const auto shell = find_shell(message.shell);
  if (!shell) return refuse(frame, code_unexpected_selectors);
  const auto has_id = [&message](const auto& command) {
    return command->id == message.command && (command->reported || !command->over);
  };
  if (shell->commands.contains(message.command) || std::ranges::any_of(shell->unreleased, has_id)) {
    return refuse(frame, code_duplicate_command);
  }
  auto command = std::make_shared<Command>(shell->output_streams);
  command->creation = frame;
  command->id = message.command;
  auto operation = make_operation(OperationKind::command, frame, message.details, shell, command);
  if (!operation) return;
  command->operation = operation;
  shell->commands.emplace(command->id, command);
  shell->unreleased.push_back(command);

  Arena& arena = operation->object->arguments();
  const PCWSTR line = arena.text(message.command_line);
  auto* const arguments = argument_set(arena, message.arguments);
  if (!arena.good()) {
    return complete(operation, {.code = code_invalid_parameter, .text = "The request holds text that is not valid."});
  }
  call(operation, [request = operation->object->get(), context = shell->context, line,
                   arguments](const EntryPoints& points) { points.command(request, 0, context, line, arguments); });
}

DWORD Shells::report_context(const void* request, void* context) {
  Lock lock(mutex_);
  const auto operation = find_operation(request);
  if (!operation || (operation->kind != OperationKind::shell && operation->kind != OperationKind::command)) {
    return code_invalid_parameter;
  }
  Target& target = target_of(*operation);
  if (target.reported) {
    contract::report(contract::breach::context_reported_twice, operation->entry_point,
                     ": WSManPluginReportContext was called a second time");
    return code_invalid_parameter;
  }
  target.reported = true;
  target.context = context;
  // From here on other calls for this context may enter the plug-in, before this one has returned.
  const auto frame = std::exchange(operation->frame, 0);
  if (operation->kind == OperationKind::command) {
    accept(frame);
  } else if (frame != 0) {
    services_.outbox.post(ipc::ShellCreated{.supports_connect = operation->shell->entry->connect != nullptr}, frame);
  }
  return code_success;
}

}  // namespace winrmd::host

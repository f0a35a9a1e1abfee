// rsp:Command: a new command in a shell.
#include "net/operations/operations.hpp"
#include "net/operations/reply.hpp"
#include "net/operations/shell_body.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net {
namespace {

std::string whole_line(const CommandBody& body) {
  std::string line = body.command_line;
  for (const auto& argument : body.arguments) line += ' ' + argument;
  return line;
}

}  // namespace

Operations::Reply Operations::command(Exchange& exchange, const UserRef& user) {
  const auto found = shell_of(exchange, *user, Access::use);
  if (!found) co_return std::unexpected(found.error());
  const auto shell = *found;
  const ShellUse use(shell);
  auto body = parse_command(exchange.soap);
  if (!body) co_return std::unexpected(std::move(body.error()));
  auto context = co_await gate_.authorize(exchange, *user, WSManOperationCommand);
  if (!context) co_return std::unexpected(std::move(context.error()));
  if (!shell->active) co_return std::unexpected(soap::unknown_shell_fault(shell->id, exchange.host));
  if (shell->commands.size() >= limits_.max_commands_per_shell)
    co_return fault(ERROR_WSMAN_QUOTA_MAX_COMMANDS_PER_SHELL_PPQ);

  const auto id = body->id.value_or(text::new_guid());
  const auto key = command_key(id);
  if (shell->commands.contains(key)) co_return fault(ERROR_WINRS_SHELLCOMMAND_CLIENTID_RESOURCE_CONFLICT);
  // In the index before the host answers: the command may end before this coroutine goes on.
  shell->commands[key] = Command{id, whole_line(*body), std::move(*context), Activity(user)};
  const auto link = shell->host->link;
  auto answer = co_await link->call(
      ipc::CommandCreate{details(exchange), shell->id, key, std::move(body->command_line), std::move(body->arguments)},
      exchange.deadline);
  auto understood = understand(*shell->plugin, std::move(answer));
  if (!understood) {
    shell->commands.erase(key);
    co_return std::unexpected(std::move(understood.error()));
  }
  co_return reply(exchange, soap::Prefixes::shell,
                  "<rsp:CommandResponse><rsp:CommandId>" + id + "</rsp:CommandId></rsp:CommandResponse>");
}

}  // namespace winrmd::net

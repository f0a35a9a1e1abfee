// rsp:Command: a new command in a shell.
#include "net/operations/operations.hpp"
#include "net/operations/reply.hpp"
#include "net/operations/shell_body.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net {
namespace {

// What an enumeration shows of a command: the beginning of the line, since all commands of everybody are kept.
std::string shown_line(const CommandBody& body) {
  constexpr std::size_t most = 4096;
  std::string line = body.command_line.substr(0, most);
  for (const auto& argument : body.arguments) {
    if (line.size() >= most) break;
    line += ' ' + argument.substr(0, most);
  }
  line.resize(std::min(line.size(), most));
  return line;
}

}  // namespace

Operations::Reply Operations::command(Exchange& exchange, const UserRef& user) {
  const auto found = connected_shell(exchange, *user);
  if (!found) co_return std::unexpected(found.error());
  const auto& shell = *found;
  const ShellUse use(shell);
  const ShellWrite write(shell);
  auto body = parse_command(exchange.soap);
  if (!body) co_return std::unexpected(std::move(body.error()));
  const auto plugin = plugin_now(exchange, *shell);
  auto permit = co_await gate_.authorize(exchange, user, WSManOperationCommand, plugin);
  if (!permit) co_return std::unexpected(std::move(permit.error()));
  if (!shell->active) co_return std::unexpected(soap::unknown_shell_fault(shell->id, exchange.host));
  if (shell->commands.size() >= std::min(limits_.max_commands_per_shell, plugin->quotas.max_commands_per_shell))
    co_return gate_.refuse_quota(exchange, ERROR_WSMAN_QUOTA_MAX_COMMANDS_PER_SHELL_PPQ);

  const auto id = body->id.value_or(text::new_guid());
  const auto key = command_key(id);
  if (shell->commands.contains(key)) co_return fault(ERROR_WINRS_SHELLCOMMAND_CLIENTID_RESOURCE_CONFLICT);
  const auto link = shell->host->link;
  const auto creation = link->next_id();
  // In the index before the host answers: it counts, and its id is taken.
  shell->commands[key] = Command{creation, id, shown_line(*body), std::move(*permit)};
  auto answer = co_await link->call_with_id(
      creation,
      ipc::CommandCreate{details(exchange), shell->id, key, std::move(body->command_line), std::move(body->arguments)},
      exchange.deadline);
  const bool timed_out = !answer && answer.error() == CallError::timed_out;
  auto understood = understand(*shell->plugin, std::move(answer));
  // One that may still come up stays in the index until the host says that it is over.
  if (timed_out) link->post(ipc::Cancel{}, creation);
  if (!understood && !timed_out) forget_command(*shell, creation);
  if (!understood) co_return std::unexpected(std::move(understood.error()));
  co_return reply(exchange, soap::Prefixes::shell,
                  "<rsp:CommandResponse><rsp:CommandId>" + id + "</rsp:CommandId></rsp:CommandResponse>");
}

}  // namespace winrmd::net

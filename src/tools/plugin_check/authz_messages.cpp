#include "tools/plugin_check/authz_messages.hpp"

#include <utility>

namespace winrmd::tools::check {
namespace {

constexpr std::string_view url = "http://localhost:5985/wsman";
constexpr std::string_view action_create = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create";

}  // namespace

ipc::AuthzUser authz_user(const std::string& token) {
  return {.token = token, .http_url = std::string(url), .locale = "en-US"};
}

ipc::AuthzOperation authz_operation(const Subject& subject, const std::string& token, std::uint32_t operation) {
  return {.token = token,
          .http_url = std::string(url),
          .locale = "en-US",
          .operation = operation,
          .action = std::string(action_create),
          .resource_uri = subject.resource_uri};
}

ipc::AuthzQueryQuota authz_quota(const std::string& token) {
  return {.token = token, .http_url = std::string(url), .locale = "en-US"};
}

std::uint32_t Contexts::take(const Outcome& outcome) {
  if (outcome.ok()) {
    const auto completed = ipc::decode<ipc::AuthzCompleted>(outcome.frame);
    if (completed && completed->context != 0) held_.push_back(completed->context);
  }
  return outcome.code;
}

void Contexts::release_all() {
  for (const auto context : std::exchange(held_, {})) play_.host().send(ipc::AuthzReleaseContext{.context = context});
}

}  // namespace winrmd::tools::check

// An authorization plug-in that does what a roles file says (roles.hpp). The host asks it about every user once, and
// again when the answer has grown old; and about every operation.
//
// It keeps nothing per user, so it reports no contexts: then WSManPluginAuthzReleaseContext is never called, and need
// not be there. docs/plugin-author.md explains what contexts are good for.
#include <cstdio>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <wsman/parameters.hpp>

#include "api.hpp"
#include "platform.hpp"
#include "refusal.hpp"
#include "roles_file.hpp"

namespace {

struct Answer {
  DWORD code = ERROR_ACCESS_DENIED;
  HANDLE token = nullptr;
  bool administrator = false;
  platform::WideString text;
};

std::optional<Rule> rule_for(RolesFile& file, PCWSTR sender_name) {
  const auto roles = file.current();
  const auto user = platform::to_utf8(sender_name);
  if (roles == nullptr || !user || user->empty()) return std::nullopt;
  return roles->find(*user);
}

Answer refuse(const std::string& text) {
  Answer answer;
  answer.text = platform::to_wide(text).value_or(platform::WideString());
  if (answer.text.empty()) answer.text = refusal_text();
  return answer;
}

// Our own token must be closed when nobody takes it; the sender's is the host's.
bool is_ours(HANDLE token, const WSMAN_SENDER_DETAILS* sender) {
  return token != nullptr && token != sender->clientToken;
}

Answer allow(const Rule& rule, const WSMAN_SENDER_DETAILS* sender) {
  Answer answer;
  answer.administrator = rule.administrator;
  answer.token = sender->clientToken;
  answer.code = ERROR_SUCCESS;
  if (!rule.account.empty())
    answer.code = platform::token_for_account(rule.account, sender->clientToken, &answer.token);
  return answer;
}

// A file that cannot be read or understood is not the user's fault, but nobody gets in.
Answer decide_about_user(RolesFile& file, const WSMAN_SENDER_DETAILS* sender) {
  const auto rule = rule_for(file, sender->senderName);
  if (!rule) return refuse("");
  if (rule->verdict == Rule::Verdict::allow) return allow(*rule, sender);
  Answer answer = refuse(rule->text);
  if (rule->verdict == Rule::Verdict::redirect) answer.code = ERROR_WSMAN_REDIRECT_REQUESTED;
  return answer;
}

// A user who was let in before the file changed does no more, whatever the host remembers.
Answer decide_about_operation(RolesFile& file, const WSMAN_SENDER_DETAILS* sender) {
  const auto rule = rule_for(file, sender->senderName);
  if (!rule) return refuse("");
  if (rule->verdict != Rule::Verdict::allow) return refuse(rule->verdict == Rule::Verdict::deny ? rule->text : "");
  Answer answer;
  answer.code = ERROR_SUCCESS;
  return answer;
}

// Whatever happens, there is one answer, and nothing is thrown into the host.
template <typename Decision>
Answer answer_of(Decision decision) {
  try {
    return decision();
  } catch (const std::bad_alloc&) {
    return Answer{ERROR_OUTOFMEMORY, nullptr, false, {}};
  } catch (...) {
    return Answer{ERROR_WSMAN_PROVIDER_FAILURE, nullptr, false, {}};
  }
}

}  // namespace

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD, PCWSTR, PCWSTR extraInfo, PVOID* pluginContext) {
  *pluginContext = nullptr;
  try {
    const auto parameters = platform::to_utf8(extraInfo);
    const auto path = wsman::find_parameter(parameters.value_or(""), "roles");
    if (!path || path->empty()) {
      std::fputs("authz-roles: the parameter 'roles', the path of the roles file, is missing\n", stderr);
      return ERROR_INVALID_PARAMETER;
    }
    auto file = std::make_unique<RolesFile>(*path);
    if (file->current() == nullptr) return ERROR_INVALID_DATA;
    *pluginContext = file.release();
    return NO_ERROR;
  } catch (...) {
    return ERROR_OUTOFMEMORY;
  }
}

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID pluginContext, DWORD, DWORD) {
  delete static_cast<RolesFile*>(pluginContext);
  return NO_ERROR;
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzUser(PVOID pluginContext, WSMAN_SENDER_DETAILS* senderDetails, DWORD) {
  auto& file = *static_cast<RolesFile*>(pluginContext);
  const Answer answer = answer_of([&] { return decide_about_user(file, senderDetails); });
  const bool ours = is_ours(answer.token, senderDetails);  // before the call: afterwards senderDetails is gone
  const DWORD taken = WSManPluginAuthzUserComplete(senderDetails, 0, nullptr, answer.token, answer.administrator,
                                                   answer.code, answer.text.empty() ? nullptr : answer.text.c_str());
  if (ours && (taken != ERROR_SUCCESS || answer.code != ERROR_SUCCESS)) CloseHandle(answer.token);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzOperation(PVOID pluginContext, WSMAN_SENDER_DETAILS* senderDetails,
                                                          DWORD, DWORD, PCWSTR, PCWSTR) {
  auto& file = *static_cast<RolesFile*>(pluginContext);
  const Answer answer = answer_of([&] { return decide_about_operation(file, senderDetails); });
  WSManPluginAuthzOperationComplete(senderDetails, 0, nullptr, answer.code,
                                    answer.text.empty() ? nullptr : answer.text.c_str());
}

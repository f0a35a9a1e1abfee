#include "shell_probe/identity.hpp"

#include <grp.h>
#include <unistd.h>

#include <vector>

#include "support/text.hpp"

namespace probe {
namespace {

std::string own_groups() {
  std::vector<gid_t> groups(static_cast<std::size_t>(::getgroups(0, nullptr)));
  if (::getgroups(static_cast<int>(groups.size()), groups.data()) < 0) groups.clear();
  std::string text;
  for (const auto group : groups) text += (text.empty() ? "" : " ") + std::to_string(group);
  return text;
}

void add_token(Line& line, HANDLE token) {
  WSMAN_POSIX_IDENTITY* identity = nullptr;
  const DWORD result = WSManPosixTokenIdentity(token, &identity);
  line.number("token_result", result);
  if (identity == nullptr) return;
  line.text("token_account", identity->account).number("token_uid", identity->uid).number("token_gid", identity->gid);
  WSManPosixFree(identity);
}

void add_facts(Line& line, const WSMAN_PLUGIN_REQUEST* request) {
  line.number("uid", ::geteuid())
      .number("real_uid", ::getuid())
      .number("gid", ::getegid())
      .text("groups", own_groups())
      .pointer("token", request->senderDetails->clientToken);
  add_token(line, request->senderDetails->clientToken);
}

}  // namespace

Line identity_line(std::string_view event, const WSMAN_PLUGIN_REQUEST* request) {
  Line line(event);
  add_facts(line, request);
  line.text("sender", request->senderDetails->senderName)
      .text("mechanism", request->senderDetails->authenticationMechanism)
      .text("url", request->senderDetails->httpURL)
      .text("locale", request->locale)
      .text("resource", request->resourceUri)
      .number("shutdown", request->shutdownNotification);
  return line;
}

std::string identity_text(const WSMAN_PLUGIN_REQUEST* request) {
  Line line("identity");
  add_facts(line, request);
  return line.json();
}

std::string details_text(const WSMAN_PLUGIN_REQUEST* request) {
  Line line("details");
  const auto& info = *request->operationInfo;
  line.text("locale", request->locale).text("data_locale", request->dataLocale).number("version", info.version);
  line.number("language", GetThreadUILanguage());
  for (DWORD i = 0; i < info.optionSet.optionsCount; ++i) {
    const auto& option = info.optionSet.options[i];
    line.text("option " + utf8(option.name), option.value);
    line.flag("comply " + utf8(option.name), option.mustComply != 0);
  }
  for (DWORD i = 0; i < info.selectorSet.numberKeys; ++i) {
    line.text("selector " + utf8(info.selectorSet.keys[i].key), info.selectorSet.keys[i].value);
  }
  return line.json();
}

}  // namespace probe

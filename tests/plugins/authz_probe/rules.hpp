// The script that says how the authorization probe behaves: one rule a line, read anew at each call, so that a test can
// change it while the service runs.
//
//   user NAME key=value …            for WSManPluginAuthzUser of NAME (`*`: anybody)
//   operation NAME key=value …       for WSManPluginAuthzOperation
//   quota NAME key=value …           for WSManPluginAuthzQueryQuota
//
// Keys (values are percent-escaped):
//   when=inline | thread | later:MS | never | block | block:MS | reverse:N     when and on which thread it completes
//   calls=ok,null,flags1,…           the completion calls it makes, in this order (complete.cpp names them)
//   context=HEX                      the context it reports; without: NULL
//   token=client | null | account:NAME | garbage | of:NAME       the token it reports
//   admin=N error=CODE text=TEXT localized=1
//   quota=SHELLS,OPERATIONS,SLOT,PER_SLOT | none               the quota it reports; without: no limits
//   action=PART                      only for operations whose action ends with PART
//   times=N                          only for the first N calls that get to this rule
//   crash=1 exit=1
// The first rule that fits is the one. Without any: allow, with the client's token and no context.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

struct Rule {
  std::string when = "inline";
  std::vector<std::string> calls{"ok"};
  std::optional<std::uint64_t> context;
  std::string token = "client";
  std::int32_t admin = 0;
  std::uint32_t error = 0;
  std::optional<std::string> text;
  bool localized = false;
  std::array<std::uint32_t, 4> quota{0xFFFFFFFF, 0xFFFFFFFF, 0, 0xFFFFFFFF};
  bool no_quota = false;
  bool crash = false;
  bool exit = false;
};

void set_script(const std::string& file);
// `kind`: `user`, `operation` or `quota`. `action` is empty but for operations. Any thread.
Rule rule_for(std::string_view kind, std::string_view name, std::string_view action);

}  // namespace probe

// For samba_oracle_test.py: reads questions from standard input, one a line, and answers each with one line. Fields are
// separated by tabs.
//   parse DOMAIN TEXT            `ok WHAT WRITTEN`, or `error MESSAGE`; DOMAIN may be empty
//   check DOMAIN MASK SIDS TEXT  `granted`, `denied`, or `error MESSAGE`; SIDS with commas; generic rights stay as they
//   are
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "lib/sddl/access.hpp"
#include "lib/sddl/sddl.hpp"

namespace winrmd::sddl {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> result(1);
  for (const char c : text) {
    if (c == separator)
      result.emplace_back();
    else
      result.back() += c;
  }
  return result;
}

std::string describe(const std::optional<Sid>& sid) { return sid ? format_sid(*sid) : "-"; }

std::string describe(const std::optional<Acl>& acl) {
  if (!acl) return "-";
  std::string result = fmt::format("{}{}{}{}[", acl->is_protected ? "P" : "", acl->inherit_request ? "AR" : "",
                                   acl->auto_inherited ? "AI" : "", acl->is_null ? "NULL" : "");
  for (const auto& ace : acl->aces) {
    result += fmt::format("({},{},{:#x},{},{},{})", static_cast<int>(ace.type), ace.flags, ace.mask, ace.object_type,
                          ace.inherited_object_type, format_sid(ace.trustee));
  }
  return result + "]";
}

std::optional<Sid> domain_of(const std::string& text) {
  const auto sid = parse_sid(text);
  return sid ? std::optional(*sid) : std::nullopt;
}

std::string answer_parse(const std::vector<std::string>& question) {
  const auto domain = domain_of(question.at(1));
  const auto descriptor = parse(question.at(2), domain);
  if (!descriptor) return "error\t" + descriptor.error().message;
  return fmt::format("ok\tO={} G={} D={} S={}\t{}", describe(descriptor->owner), describe(descriptor->group),
                     describe(descriptor->dacl), describe(descriptor->sacl), format(*descriptor, domain));
}

std::string answer_check(const std::vector<std::string>& question) {
  const auto descriptor = parse(question.at(4), domain_of(question.at(1)));
  if (!descriptor) return "error\t" + descriptor.error().message;
  std::vector<Sid> sids;
  for (const auto& text : split(question.at(3), ',')) sids.push_back(parse_sid(text).value());
  constexpr GenericMapping as_they_are{.read = right::generic_read,
                                       .write = right::generic_write,
                                       .execute = right::generic_execute,
                                       .all = right::generic_all};
  const auto holds = [&](const Sid& sid) { return std::ranges::find(sids, sid) != sids.end(); };
  const auto mask = static_cast<std::uint32_t>(std::stoul(question.at(2), nullptr, 0));
  return grants(*descriptor, holds, mask, as_they_are) ? "granted" : "denied";
}

}  // namespace
}  // namespace winrmd::sddl

int main() {
  using namespace winrmd::sddl;
  for (std::string line; std::getline(std::cin, line);) {
    const auto question = split(line, '\t');
    std::cout << (question.front() == "parse" ? answer_parse(question) : answer_check(question)) << '\n';
  }
}

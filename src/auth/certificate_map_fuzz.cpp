// Rules and names from the input: no crash, and whoever comes out is the user of a rule that fits.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "auth/certificate_map.hpp"

namespace {

using winrmd::auth::fits_pattern;

// The text up to the next line's end, which is removed.
std::string next_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  std::string line(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  winrmd::certificate::Description own;
  own.common_name = next_line(rest);
  if (const auto upn = next_line(rest); !upn.empty()) own.upns = {upn};
  if (const auto dns = next_line(rest); !dns.empty()) own.dns = {dns};
  if (const auto uri = next_line(rest); !uri.empty()) own.uris = {uri};
  const winrmd::certificate::Description issuer{.thumbprint = next_line(rest)};
  std::vector<winrmd::ipc::CertificateRule> rules;
  while (!rest.empty() && rules.size() < 16) {
    winrmd::ipc::CertificateRule rule;
    rule.issuer = next_line(rest);
    rule.subject = next_line(rest);
    rule.uri = next_line(rest);
    rule.user = next_line(rest);
    rules.push_back(rule);
  }
  const auto found = winrmd::auth::map_certificate(std::vector{own, issuer}, rules);
  if (!found) return 0;
  const auto right = std::ranges::any_of(rules, [&](const auto& rule) {
    return rule.user == found->user && fits_pattern(rule.subject, found->details.subject_name) &&
           (rule.uri.empty() || (!own.uris.empty() && fits_pattern(rule.uri, own.uris[0])));
  });
  if (!right) std::abort();
  return 0;
}

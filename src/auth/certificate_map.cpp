#include "auth/certificate_map.hpp"

#include <algorithm>
#include <optional>

#include "lib/text/ascii.hpp"

namespace winrmd::auth {
namespace {

using certificate::Description;

std::vector<std::string> subject_names(const Description& own) {
  if (!own.upns.empty()) return own.upns;
  auto names = own.emails;
  names.insert(names.end(), own.dns.begin(), own.dns.end());
  if (names.empty() && !own.common_name.empty()) names.push_back(own.common_name);
  return names;
}

struct Match {
  const ipc::CertificateRule* rule = nullptr;
  const Description* issuer = nullptr;
  std::string name;
};

std::optional<Match> match(const ipc::CertificateRule& rule, std::span<const Description> chain,
                           const std::vector<std::string>& names) {
  // A certificate that is trusted by itself has nobody above it, and so no issuer to compare.
  const auto above = chain.subspan(1);
  const auto issuer = std::ranges::find_if(
      above, [&](const auto& one) { return rule.issuer.empty() || text::iequals(rule.issuer, one.thumbprint); });
  if (issuer == above.end()) return std::nullopt;
  const auto name = std::ranges::find_if(names, [&](const auto& one) { return fits_pattern(rule.subject, one); });
  if (name == names.end()) return std::nullopt;
  const auto& uris = chain[0].uris;
  if (!rule.uri.empty() && std::ranges::none_of(uris, [&](const auto& uri) { return fits_pattern(rule.uri, uri); })) {
    return std::nullopt;
  }
  return Match{.rule = &rule, .issuer = &*issuer, .name = *name};
}

std::pair<std::size_t, std::size_t> rank(const Match& one) { return {one.rule->subject.size(), one.rule->uri.size()}; }

}  // namespace

bool fits_pattern(std::string_view pattern, std::string_view text) {
  const auto pattern_lower = text::to_lower(pattern);
  const auto text_lower = text::to_lower(text);
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string::npos;  // the last one passed, and where the text goes on after what it stands for
  std::size_t after = 0;
  while (t < text_lower.size()) {
    if (p < pattern_lower.size() && pattern_lower[p] == '*') {
      star = p++;
      after = t;
    } else if (p < pattern_lower.size() && (pattern_lower[p] == '?' || pattern_lower[p] == text_lower[t])) {
      ++p;
      ++t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++after;
    } else {
      return false;
    }
  }
  return pattern_lower.find_first_not_of('*', p) == std::string::npos;
}

Result<CertificateLogin> map_certificate(std::span<const Description> chain,
                                         std::span<const ipc::CertificateRule> rules) {
  if (chain.empty()) return fail("there is no certificate");
  // Who several are is nobody.
  if (chain[0].upns.size() > 1) return fail("the certificate has several UPNs");
  const auto names = subject_names(chain[0]);
  std::vector<Match> best;
  for (const auto& rule : rules) {
    auto found = match(rule, chain, names);
    if (!found) continue;
    if (!best.empty() && rank(*found) < rank(best[0])) continue;
    if (!best.empty() && rank(*found) > rank(best[0])) best.clear();
    best.push_back(std::move(*found));
  }
  if (best.empty()) return fail("no login.certificate entry fits '" + chain[0].subject + "'");
  if (std::ranges::any_of(best, [&](const auto& one) { return one.rule->user != best[0].rule->user; })) {
    return fail("several login.certificate entries fit '" + chain[0].subject + "' equally well");
  }
  return CertificateLogin{.user = best[0].rule->user,
                          .details = {.subject = chain[0].subject,
                                      .issuer_name = chain[0].issuer,
                                      .issuer_thumbprint = chain[1].thumbprint,
                                      .subject_name = best[0].name}};
}

}  // namespace winrmd::auth

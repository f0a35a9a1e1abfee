// winrm/config/service/certmapping: [[login.certificate]]s. There is no password here: whom a certificate means needs
// none.
#include <fmt/format.h>

#include <algorithm>

#include "collection.hpp"
#include "lib/text/ascii.hpp"
#include "representation.hpp"
#include "toml_draft.hpp"

namespace config_tree {
namespace {

namespace config = winrmd::config;
using winrmd::text::iequals;

constexpr std::string_view collection_uri = "http://schemas.microsoft.com/wbem/wsman/1/config/service/certmapping";
constexpr std::string_view element = "CertMapping";
constexpr std::size_t longest_pattern = 1023;  // bytes, as Windows has it

// Windows' `*` for every URI is no condition here.
std::string show_uri(const config::CertificateRule& rule) { return rule.uri.empty() ? "*" : rule.uri; }

std::vector<Leaf> leaves_of(const config::CertificateRule& rule) {
  return {{"Uri", show_uri(rule)},
          {"Subject", rule.subject},
          {"Issuer", rule.issuer},
          {"UserName", rule.user},
          {"Enabled", rule.enabled ? "true" : "false"}};
}

Instance instance_of(const config::CertificateRule& rule) {
  return {.selectors = {{"Issuer", rule.issuer}, {"Subject", rule.subject}, {"Uri", show_uri(rule)}},
          .xml = write_object(element, collection_uri, leaves_of(rule))};
}

bool is_thumbprint(std::string_view text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

Outcome<void> check_keys(const config::CertificateRule& rule) {
  if (!is_thumbprint(rule.issuer)) {
    return refuse(ERROR_WSMAN_CERTMAPPING_INVALIDISSUERKEY, "Issuer: has to be 40 hexadecimal digits");
  }
  if (rule.subject.empty() || rule.subject.size() > longest_pattern) {
    return refuse(ERROR_WSMAN_CERTMAPPING_INVALIDSUBJECTKEY,
                  fmt::format("Subject: has to be of 1 to {} bytes", longest_pattern));
  }
  if (rule.uri.size() > longest_pattern || rule.uri.find_first_of(" \t?") != std::string::npos) {
    return refuse(ERROR_WSMAN_INVALID_SELECTOR_VALUE,
                  fmt::format("Uri: has at most {} bytes, without blanks and ?", longest_pattern));
  }
  return {};
}

Outcome<void> read_leaf(const Leaf& leaf, config::CertificateRule& rule) {
  if (leaf.path == "UserName") {
    if (leaf.text.empty()) return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "CertMapping/UserName: is empty");
    rule.user = leaf.text;
  } else if (leaf.path == "Enabled") {
    if (!iequals(leaf.text, "true") && !iequals(leaf.text, "false")) {
      return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR,
                    fmt::format("CertMapping/Enabled: '{}' is not true or false", leaf.text));
    }
    rule.enabled = iequals(leaf.text, "true");
  } else if (leaf.path == "Password") {
    // Windows' clients have to send one. It is not kept.
  } else if (leaf.path == "Issuer" || leaf.path == "Subject" || iequals(leaf.path, "Uri")) {
    const auto& key = leaf.path == "Issuer" ? rule.issuer : leaf.path == "Subject" ? rule.subject : rule.uri;
    if (!iequals(leaf.text, key) && !(leaf.text == "*" && key.empty())) {
      return refuse(ERROR_WSMAN_CONFIG_CANNOT_CHANGE_CERTMAPPING_KEYS,
                    fmt::format("CertMapping/{}: is not what the selector says", leaf.path));
    }
  } else {
    return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR,
                  fmt::format("CertMapping/{}: there is no such setting", leaf.path));
  }
  return {};
}

Outcome<void> read_rule(std::string_view xml, config::CertificateRule& rule) {
  const auto leaves = read_object(xml, element);
  if (!leaves) return std::unexpected(leaves.error());
  for (const auto& leaf : *leaves) {
    if (auto done = read_leaf(leaf, rule); !done) return done;
  }
  return {};
}

bool same_keys(const config::CertificateRule& left, const config::CertificateRule& right) {
  return iequals(left.issuer, right.issuer) && iequals(left.subject, right.subject) && left.uri == right.uri;
}

class Mappings : public Collection {
 public:
  [[nodiscard]] std::string_view uri() const override { return "service/certmapping"; }
  [[nodiscard]] std::string_view name() const override { return element; }

  [[nodiscard]] Outcome<std::vector<Instance>> list(const Snapshot& snapshot) const override {
    std::vector<Instance> objects;
    for (const auto& rule : snapshot.settings.login.certificates) objects.push_back(instance_of(rule));
    return objects;
  }

  [[nodiscard]] Outcome<Change> put(const Snapshot& snapshot, const Instance& object,
                                    std::string_view xml) const override {
    const auto index = index_of(snapshot, object);
    const auto& before = snapshot.settings.login.certificates[index];
    auto after = before;
    if (auto done = read_rule(xml, after); !done) return std::unexpected(done.error());
    TomlDraft draft(snapshot.text);
    const config::Path path{"login", "certificate", index};
    const auto at = [&](std::string key) {
      auto full = path;
      full.emplace_back(std::move(key));
      return full;
    };
    Outcome<void> done;
    if (after.user != before.user) done = draft.set(at("user"), config::text_value(after.user));
    if (done && after.enabled != before.enabled) done = draft.set(at("enabled"), config::flag_value(after.enabled));
    if (!done) return std::unexpected(done.error());
    return Change{.text = draft.text()};
  }

  [[nodiscard]] Outcome<Made> create(const Snapshot& snapshot, const std::vector<Selector>& selectors,
                                     std::string_view xml) const override {
    config::CertificateRule rule;
    const auto* issuer = find_selector(selectors, "Issuer");
    const auto* subject = find_selector(selectors, "Subject");
    const auto* uri = find_selector(selectors, "Uri");
    if (issuer == nullptr || subject == nullptr) {
      return refuse(ERROR_WSMAN_INSUFFCIENT_SELECTORS, "the selectors Issuer and Subject are needed");
    }
    rule.issuer = *issuer;
    rule.subject = *subject;
    if (uri != nullptr && *uri != "*") rule.uri = *uri;
    if (auto checked = check_keys(rule); !checked) return std::unexpected(checked.error());
    if (auto done = read_rule(xml, rule); !done) return std::unexpected(done.error());
    if (rule.user.empty()) {
      return refuse(ERROR_WSMAN_CERTMAPPING_PASSWORDUSERTUPLE, "CertMapping/UserName: is missing");
    }
    for (const auto& other : snapshot.settings.login.certificates) {
      if (same_keys(other, rule)) return refuse(ERROR_WSMAN_ALREADY_EXISTS, "there is such a mapping");
    }
    TomlDraft draft(snapshot.text);
    std::vector<std::pair<std::string, config::Node>> members{{"issuer", config::text_value(rule.issuer)},
                                                              {"subject", config::text_value(rule.subject)},
                                                              {"user", config::text_value(rule.user)}};
    if (!rule.uri.empty()) members.emplace_back("uri", config::text_value(rule.uri));
    if (!rule.enabled) members.emplace_back("enabled", config::flag_value(false));
    auto done = draft.append({"login", "certificate"}, config::table_value(std::move(members)));
    if (!done) return std::unexpected(done.error());
    return Made{.change = {.text = draft.text()}, .selectors = instance_of(rule).selectors};
  }

  [[nodiscard]] Outcome<Change> remove(const Snapshot& snapshot, const Instance& object) const override {
    TomlDraft draft(snapshot.text);
    auto done = draft.remove({"login", "certificate", index_of(snapshot, object)});
    if (!done) return std::unexpected(done.error());
    return Change{.text = draft.text()};
  }

 private:
  // `object` is one of list().
  static std::size_t index_of(const Snapshot& snapshot, const Instance& object) {
    const auto& rules = snapshot.settings.login.certificates;
    const auto found = std::ranges::find_if(
        rules, [&](const config::CertificateRule& rule) { return instance_of(rule).selectors == object.selectors; });
    return static_cast<std::size_t>(found - rules.begin());
  }
};

}  // namespace

const Collection& certificate_mappings() {
  static const Mappings instance;
  return instance;
}

}  // namespace config_tree

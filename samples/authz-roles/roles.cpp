#include "roles.hpp"

#include <utility>

namespace {

constexpr std::string_view everybody_else = "*";

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (is_space(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

// Takes the first word off `rest`; empty at its end.
std::string_view next_word(std::string_view& rest) {
  rest = trimmed(rest);
  std::size_t end = 0;
  while (end < rest.size() && !is_space(rest[end])) ++end;
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

// Each of the following returns what is wrong, or nothing.
std::string parse_allow(std::string_view rest, Rule& rule) {
  rule.verdict = Rule::Verdict::allow;
  for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest)) {
    if (word == "administrator" && !rule.administrator) {
      rule.administrator = true;
    } else if (word == "as" && rule.account.empty()) {
      rule.account = next_word(rest);
      if (rule.account.empty()) return "'as' without an account";
    } else {
      return "unexpected '" + std::string(word) + "' after 'allow'";
    }
  }
  return {};
}

std::string parse_redirect(std::string_view rest, Rule& rule) {
  rule.verdict = Rule::Verdict::redirect;
  rule.text = next_word(rest);
  if (!rule.text.starts_with("https://") && !rule.text.starts_with("http://")) return "no http or https URL";
  if (rule.text.size() > Roles::max_url_size) return "URL too long";
  return trimmed(rest).empty() ? std::string() : "something after the URL";
}

std::string parse_rule(std::string_view rest, Rule& rule) {
  const std::string_view verdict = next_word(rest);
  if (verdict == "allow") return parse_allow(rest, rule);
  if (verdict == "redirect") return parse_redirect(rest, rule);
  if (verdict != "deny") return "expected 'allow', 'deny' or 'redirect' after the user";
  rule.text = trimmed(rest);
  return {};
}

}  // namespace

std::optional<Roles> Roles::parse(std::string_view file, std::string& error) {
  Roles roles;
  std::size_t number = 0;
  bool others_seen = false;
  while (!file.empty()) {
    const std::size_t end = file.find('\n');
    std::string_view line = trimmed(file.substr(0, end));
    ++number;
    std::string wrong;
    if (end == std::string_view::npos) {
      wrong = "no line feed at the end";
    } else if (line.find('\0') != std::string_view::npos) {
      wrong = "a zero byte";
    } else if (!line.empty() && line.front() != '#') {
      const std::string_view user = next_word(line);
      Rule rule;
      wrong = parse_rule(line, rule);
      if (wrong.empty() && others_seen) wrong = "a rule after '*'";
      if (wrong.empty() && user == everybody_else) {
        others_seen = true;
        roles.others_ = std::move(rule);
      } else if (wrong.empty() && !roles.rules_.try_emplace(std::string(user), std::move(rule)).second) {
        wrong = "a second rule for '" + std::string(user) + "'";
      }
    }
    if (!wrong.empty()) {
      error = "line " + std::to_string(number) + ": " + wrong;
      return std::nullopt;
    }
    file.remove_prefix(end + 1);
  }
  return roles;
}

const Rule& Roles::find(const std::string& user) const {
  const auto found = rules_.find(user);
  return found == rules_.end() ? others_ : found->second;
}

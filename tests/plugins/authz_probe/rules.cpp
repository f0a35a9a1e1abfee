#include "authz_probe/rules.hpp"

#include <fstream>
#include <map>
#include <mutex>
#include <sstream>

#include "support/text.hpp"

namespace probe {
namespace {

std::string script_file;
std::mutex mutex;
std::map<std::string, int> used;  // how often a line with `times` was taken

struct Line {
  std::string kind;
  std::string name;
  std::map<std::string, std::string> values;
};

Line parse(const std::string& text) {
  Line line;
  std::istringstream words(text);
  words >> line.kind >> line.name;
  line.name = unescape(line.name);
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    if (equals != std::string::npos) line.values[word.substr(0, equals)] = unescape(word.substr(equals + 1));
  }
  return line;
}

bool fits(const Line& line, std::string_view kind, std::string_view name, std::string_view action) {
  if (line.kind != kind || (line.name != "*" && line.name != name)) return false;
  const auto part = line.values.find("action");
  return part == line.values.end() || action.ends_with(part->second);
}

bool has_uses_left(const Line& line, const std::string& text) {
  const auto times = line.values.find("times");
  if (times == line.values.end()) return true;
  const std::lock_guard lock(mutex);
  return ++used[text] <= std::stoi(times->second);
}

Rule make_rule(const Line& line) {
  Rule rule;
  for (const auto& [key, value] : line.values) {
    if (key == "when") rule.when = value;
    if (key == "token") rule.token = value;
    if (key == "context") rule.context = std::stoull(value, nullptr, 16);
    if (key == "admin") rule.admin = std::stoi(value);
    if (key == "error") rule.error = static_cast<std::uint32_t>(std::stoul(value, nullptr, 0));
    if (key == "text") rule.text = value;
    if (key == "localized") rule.localized = true;
    if (key == "crash") rule.crash = true;
    if (key == "exit") rule.exit = true;
    if (key == "quota") {
      rule.no_quota = value == "none";
      std::istringstream numbers(rule.no_quota ? std::string() : value);
      std::string number;
      for (auto& field : rule.quota) {
        if (std::getline(numbers, number, ',')) field = static_cast<std::uint32_t>(std::stoul(number, nullptr, 0));
      }
    }
    if (key == "calls") {
      rule.calls.clear();
      std::istringstream names(value);
      for (std::string name; std::getline(names, name, ',');) rule.calls.push_back(name);
    }
  }
  return rule;
}

}  // namespace

void set_script(const std::string& file) { script_file = file; }

Rule rule_for(std::string_view kind, std::string_view name, std::string_view action) {
  std::ifstream script(script_file);
  for (std::string text; std::getline(script, text);) {
    const auto line = parse(text);
    if (fits(line, kind, name, action) && has_uses_left(line, text)) return make_rule(line);
  }
  return {};
}

}  // namespace probe

#include "policy.hpp"

#include <nlohmann/json.hpp>

using nlohmann::json;

std::string PolicyQuestion::key() const {
  std::string key;
  for (const auto& [name, value] : fields) {
    key += std::to_string(value.size()) + ':' + value;
  }
  return key;
}

std::string PolicyQuestion::document() const {
  json input = json::object();
  for (const auto& [name, value] : fields) input[name] = value;
  return json{{"input", input}}.dump();
}

namespace {

// A member that is there has to be of the right type.
template <typename Value>
bool take(const json& object, const char* name, Value& value, std::string& error) {
  const auto found = object.find(name);
  if (found == object.end()) return true;
  constexpr bool is_text = std::is_same_v<Value, std::string>;
  if (is_text ? !found->is_string() : !found->is_boolean()) {
    error = std::string("'") + name + "' is no " + (is_text ? "string" : "boolean");
    return false;
  }
  value = found->get<Value>();
  return true;
}

}  // namespace

std::optional<Decision> parse_decision(std::string_view answer, std::string& error) {
  if (answer.size() > max_answer_size) {
    error = "it is too long";
    return std::nullopt;
  }
  const json document = json::parse(answer, nullptr, false);
  if (!document.is_object()) {
    error = "it is no JSON object";
    return std::nullopt;
  }
  const auto result = document.find("result");
  Decision decision;
  if (result != document.end() && result->is_boolean()) {
    decision.allow = result->get<bool>();
    return decision;
  }
  if (result == document.end() || !result->is_object() || !result->contains("allow")) {
    error = "it has no 'result' with 'allow'";
    return std::nullopt;
  }
  if (!take(*result, "allow", decision.allow, error) ||
      !take(*result, "administrator", decision.administrator, error) ||
      !take(*result, "account", decision.account, error) || !take(*result, "reason", decision.reason, error)) {
    return std::nullopt;
  }
  return decision;
}

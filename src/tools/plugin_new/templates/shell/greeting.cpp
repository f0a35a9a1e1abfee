#include "greeting.hpp"

std::optional<std::string> greeting(const std::string& word, const std::string& line) {
  const std::string verb = "greet ";
  if (line.compare(0, verb.size(), verb) != 0 || line.size() == verb.size()) return std::nullopt;
  return word + ", " + line.substr(verb.size()) + "!\n";
}

#include "store.hpp"

namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else {
      result += c;
    }
  }
  return result;
}

// Ampersands last, so that nothing is read twice.
std::string unescaped(std::string text) {
  const char* const pairs[][2] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
  for (const auto& pair : pairs) {
    for (auto at = text.find(pair[0]); at != std::string::npos; at = text.find(pair[0], at + 1)) {
      text.replace(at, std::string(pair[0]).size(), pair[1]);
    }
  }
  return text;
}

}  // namespace

std::optional<std::string> Store::find(const std::string& name) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = things_.find(name);
  if (found == things_.end()) return std::nullopt;
  return found->second;
}

bool Store::add(const std::string& name, const std::string& text) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return things_.emplace(name, text).second;
}

bool Store::change(const std::string& name, const std::string& text) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = things_.find(name);
  if (found == things_.end()) return false;
  found->second = text;
  return true;
}

bool Store::remove(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return things_.erase(name) != 0;
}

std::map<std::string, std::string> Store::all() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return things_;
}

std::string thing_xml(const std::string& name, const std::string& text) {
  return "<Thing><Name>" + escaped(name) + "</Name><Text>" + escaped(text) + "</Text></Thing>";
}

std::optional<std::string> part_of(const std::string& xml, const std::string& part) {
  const std::string open = "<" + part + ">";
  const auto begin = xml.find(open);
  const auto end = xml.find("</" + part + ">");
  if (begin == std::string::npos || end == std::string::npos || end < begin + open.size()) return std::nullopt;
  return unescaped(xml.substr(begin + open.size(), end - begin - open.size()));
}

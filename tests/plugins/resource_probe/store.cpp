#include "resource_probe/store.hpp"

namespace probe {

std::optional<Thing> Store::find(const std::string& name) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = things_.find(name);
  if (found == things_.end()) return std::nullopt;
  return found->second;
}

bool Store::add(const Thing& thing) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return things_.emplace(thing.name, thing).second;
}

bool Store::change(const Thing& thing) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = things_.find(thing.name);
  if (found == things_.end()) return false;
  found->second = thing;
  return true;
}

bool Store::remove(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return things_.erase(name) > 0;
}

std::vector<Thing> Store::all() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Thing> result;
  for (const auto& entry : things_) result.push_back(entry.second);
  return result;
}

std::string text_of(std::string_view xml, std::string_view element) {
  for (std::size_t at = xml.find(element); at != std::string_view::npos; at = xml.find(element, at + 1)) {
    const std::size_t end = at + element.size();
    const bool begins = at > 0 && (xml[at - 1] == ':' || xml[at - 1] == '<');
    if (!begins || end >= xml.size() || (xml[end] != '>' && xml[end] != ' ')) continue;
    const std::size_t text = xml.find('>', end) + 1;
    return std::string(xml.substr(text, xml.find('<', text) - text));
  }
  return {};
}

std::string thing_xml(const Thing& thing) {
  return "<t:Thing xmlns:t=\"http://winrmd.test/resource/thing\"><t:Name>" + thing.name + "</t:Name><t:Size>" +
         thing.size + "</t:Size></t:Thing>";
}

}  // namespace probe

#include "lib/config/plugin_xml/element.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "lib/text/ascii.hpp"

namespace winrmd::config {
namespace {

constexpr std::string_view xml_namespace = "http://www.w3.org/XML/1998/namespace";
constexpr std::size_t max_language = 64;
constexpr std::size_t most_quoted = 200;  // bytes of a wrong value that an error repeats

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// A wrong value as an error shows it: one line, not endless.
std::string quoted(std::string_view value) {
  std::string shown(value.substr(0, most_quoted));
  std::ranges::replace_if(shown, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return fmt::format("'{}{}'", shown, value.size() > most_quoted ? "…" : "");
}

}  // namespace

std::uint32_t ElementReader::line(std::string_view attribute) const {
  const auto written = written_attributes(file_.document.source(), element_.begin);
  const auto found = std::ranges::find(written, attribute, &WrittenAttribute::name);
  return file_.line_of(found == written.end() ? element_.begin : found->begin);
}

std::string ElementReader::place(std::string_view attribute) const {
  return fmt::format("{}:{}", file_.errors.name(), line(attribute));
}

void ElementReader::report(std::string_view attribute, std::string_view what) {
  if (failed()) return;
  const auto key = attribute.empty() ? std::string(element_.local) : fmt::format("{}/@{}", element_.local, attribute);
  file_.errors.report(line(attribute), key, what);
}

void ElementReader::report_child(const xml::Element& child, std::string_view what) {
  file_.errors.report(file_.line_of(child.begin), fmt::format("{}/{}", element_.local, child.local), what);
}

const std::string_view* ElementReader::take(std::string_view name) {
  attributes_.emplace(name);
  return element_.attribute(name);
}

std::string_view ElementReader::spelling(std::string_view name, std::string_view other) {
  const bool both = take(name) != nullptr && take(other) != nullptr;
  if (both) report(other, fmt::format("is another spelling of {}, which is there too", name));
  return take(other) != nullptr ? other : name;
}

void ElementReader::get(std::string_view name, std::string& value, std::size_t most, Need need) {
  const auto* found = take(name);
  if (found == nullptr) {
    if (need == Need::required) report(name, "is missing");
    return;
  }
  const auto trimmed = text::trim(*found);
  if (trimmed.empty() && need == Need::required) return report(name, "must not be empty");
  if (trimmed.size() > most) return report(name, fmt::format("is longer than {} bytes", most));
  if (has_control_character(trimmed)) return report(name, "must not hold control characters");
  value = trimmed;
}

void ElementReader::get(std::string_view name, bool& value) {
  const auto* found = take(name);
  if (found == nullptr) return;
  const auto word = text::trim(*found);
  const bool yes = word == "true" || word == "1";
  if (!yes && word != "false" && word != "0") {
    return report(name, fmt::format("{} is not one of true, false, 1, 0", quoted(*found)));
  }
  value = yes;
}

std::optional<std::uint32_t> ElementReader::number(std::string_view name, std::string_view text, Range range) {
  const auto word = text::trim(text);
  std::int64_t read = 0;
  const auto [end, status] = std::from_chars(word.data(), word.data() + word.size(), read);
  const bool whole = status == std::errc{} && end == word.data() + word.size();
  if (whole && read >= range.least && read <= range.most) return static_cast<std::uint32_t>(read);
  if (range.least == range.most) {
    report(name, fmt::format("must be {}, not {}", range.least, quoted(text)));
  } else {
    report(name, fmt::format("must be a number between {} and {}, not {}", range.least, range.most, quoted(text)));
  }
  return std::nullopt;
}

void ElementReader::get(std::string_view name, std::uint32_t& value, Range range, Need need) {
  const auto* found = take(name);
  if (found != nullptr) {
    value = number(name, *found, range).value_or(value);
  } else if (need == Need::required) {
    report(name, "is missing");
  }
}

void ElementReader::get(std::string_view name, std::size_t& value, std::span<const std::string_view> values,
                        Need need) {
  const auto* found = take(name);
  if (found == nullptr) {
    if (need == Need::required) report(name, "is missing");
    return;
  }
  const auto word = text::trim(*found);
  auto place = static_cast<std::size_t>(std::ranges::find(values, word) - values.begin());
  if (file_.numbered_values && word.size() == 1 && word[0] >= '1' && word[0] <= '9') {
    place = static_cast<std::size_t>(word[0] - '1');
  }
  if (place >= values.size()) {
    return report(name, fmt::format("{} is not one of {}", quoted(*found), fmt::join(values, ", ")));
  }
  value = place;
}

void ElementReader::get_language(std::string& value) {
  attributes_.emplace("xml:lang");
  const auto* found = element_.attribute("lang", xml_namespace);
  if (found == nullptr) return;
  if (found->size() > max_language || has_control_character(*found)) return report("xml:lang", "is no language");
  value = *found;
}

std::vector<const xml::Element*> ElementReader::children(std::string_view name) {
  children_.emplace(name);
  std::vector<const xml::Element*> found;
  for (const auto* child : element_.children) {
    if (child->is(element_.namespace_uri, name)) found.push_back(child);
  }
  return found;
}

const xml::Element* ElementReader::child(std::string_view name) {
  const auto found = children(name);
  if (found.size() > 1) report_child(*found[1], "is there twice");
  return found.empty() ? nullptr : found.front();
}

void ElementReader::finish() {
  if (failed()) return;
  for (const auto& attribute : element_.attributes) {
    const auto name = fmt::format("{}{}{}", attribute.prefix, attribute.prefix.empty() ? "" : ":", attribute.local);
    if (!attributes_.contains(name)) report(name, "unknown attribute");
  }
  for (const auto* child : element_.children) {
    const bool known = child->namespace_uri == element_.namespace_uri && children_.contains(child->local);
    if (!known) report_child(*child, "unknown element");
  }
  if (!text::trim(element_.text).empty()) report({}, "must not hold text");
}

}  // namespace winrmd::config

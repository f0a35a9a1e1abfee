#include "notes.hpp"

namespace {

// A text inside an element. What XML cannot hold at all becomes a question mark.
void append_escaped(wsman::String& xml, const wsman::String& text) {
  for (const WCHAR unit : text) {
    if (unit == WSMAN_TEXT('&')) {
      xml += WSMAN_TEXT("&amp;");
    } else if (unit == WSMAN_TEXT('<')) {
      xml += WSMAN_TEXT("&lt;");
    } else if (unit == WSMAN_TEXT('>')) {
      xml += WSMAN_TEXT("&gt;");
    } else if ((unit < WSMAN_TEXT(' ') && unit != WSMAN_TEXT('\t')) || unit >= 0xFFFE) {
      xml += WSMAN_TEXT('?');
    } else {
      xml += unit;
    }
  }
}

}  // namespace

std::size_t Notes::add(wsman::StringView note) {
  if (note.size() > max_size) throw wsman::Error(ERROR_INVALID_PARAMETER, WSMAN_TEXT("The note is too long."));
  const std::lock_guard<std::mutex> lock(mutex_);
  if (notes_.size() == max_notes) throw wsman::Error(ERROR_WSMAN_QUOTA_LIMIT, WSMAN_TEXT("There are too many notes."));
  notes_.emplace_back(note);
  return notes_.size();
}

wsman::String Notes::document() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  wsman::String xml = WSMAN_TEXT("<Notes xmlns=\"urn:example:notes\">");
  for (const auto& note : notes_) {
    xml += WSMAN_TEXT("<Note>");
    append_escaped(xml, note);
    xml += WSMAN_TEXT("</Note>");
  }
  return xml + WSMAN_TEXT("</Notes>");
}

// What a shell remembers: the notes that its commands took. Any thread.
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>
#include <wsman.hpp>

class Notes {
 public:
  static constexpr std::size_t max_notes = 100;
  static constexpr std::size_t max_size = 500;  // units of one note

  // How many there are now. Throws wsman::Error when the note is too long, or one too many.
  std::size_t add(wsman::StringView note);

  // <Notes xmlns="urn:example:notes"><Note>...</Note>...</Notes>
  wsman::String document() const;

 private:
  mutable std::mutex mutex_;
  std::vector<wsman::String> notes_;
};

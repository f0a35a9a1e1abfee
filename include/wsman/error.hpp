// Part of wsman.hpp: how a plug-in refuses by throwing. The entry points catch everything, so nothing leaves them.
#ifndef WINRMD_WSMAN_ERROR_HPP
#define WINRMD_WSMAN_ERROR_HPP

#include <exception>
#include <new>
#include <utility>

#include "text.hpp"

namespace wsman {

// Thrown inside an entry point it becomes the answer: the code and, for the client, a text or XML document.
class Error : public std::exception {
 public:
  explicit Error(DWORD code, String text = {}) : code_(code), text_(std::move(text)) {}
  DWORD code() const noexcept { return code_; }
  const String& text() const noexcept { return text_; }
  const char* what() const noexcept override { return "wsman::Error"; }

 private:
  DWORD code_;
  String text_;
};

namespace detail {

inline PCWSTR or_null(const String& text) noexcept { return text.empty() ? nullptr : text.c_str(); }

// Runs `act`; what it throws is handed to `failed(code, text)`. An Error of success is a mistake and counts as failure.
template <typename Act, typename Failed>
void guarded(Act&& act, Failed&& failed) noexcept {
  try {
    act();
  } catch (const Error& error) {
    failed(error.code() == NO_ERROR ? DWORD{ERROR_INTERNAL_ERROR} : error.code(), or_null(error.text()));
  } catch (const std::bad_alloc&) {
    failed(ERROR_OUTOFMEMORY, nullptr);
  } catch (...) {
    failed(ERROR_INTERNAL_ERROR, nullptr);
  }
}

}  // namespace detail
}  // namespace wsman

#endif

#include "platform.hpp"

namespace platform {

std::filesystem::path path(const std::string& utf8) {
  return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

#ifdef _WIN32

std::optional<std::string> to_utf8(PCWSTR text) {
  if (text == nullptr) return std::string();
  const int size = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, -1, nullptr, 0, nullptr, nullptr);
  if (size <= 0) return std::nullopt;
  std::string out(static_cast<std::size_t>(size), '\0');
  WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, -1, out.data(), size, nullptr, nullptr);
  out.pop_back();  // the zero
  return out;
}

std::optional<WideString> to_wide(const std::string& text) {
  const int size = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.c_str(), -1, nullptr, 0);
  if (size <= 0) return std::nullopt;
  WideString out(static_cast<std::size_t>(size), L'\0');
  MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.c_str(), -1, out.data(), size);
  out.pop_back();
  return out;
}

DWORD token_for_account(const std::string&, HANDLE, HANDLE* token) {
  *token = nullptr;
  return ERROR_NOT_SUPPORTED;
}

#else

std::optional<std::string> to_utf8(PCWSTR text) {
  if (text == nullptr) return std::string();
  std::size_t size = 0;
  if (WSManPosixToUtf8(text, WSMAN_POSIX_TERMINATED, nullptr, 0, &size) != ERROR_INSUFFICIENT_BUFFER) {
    return std::nullopt;
  }
  std::string out(size, '\0');
  if (WSManPosixToUtf8(text, WSMAN_POSIX_TERMINATED, out.data(), out.size(), nullptr) != ERROR_SUCCESS) {
    return std::nullopt;
  }
  out.pop_back();  // the zero
  return out;
}

std::optional<WideString> to_wide(const std::string& text) {
  std::size_t size = 0;
  if (WSManPosixFromUtf8(text.data(), text.size(), nullptr, 0, &size) != ERROR_INSUFFICIENT_BUFFER) return std::nullopt;
  WideString out(size, WCHAR{});
  if (WSManPosixFromUtf8(text.data(), text.size(), out.data(), out.size(), nullptr) != ERROR_SUCCESS) {
    return std::nullopt;
  }
  out.pop_back();
  return out;
}

DWORD token_for_account(const std::string& account, HANDLE client_token, HANDLE* token) {
  *token = nullptr;
  const auto name = to_wide(account);
  return name ? WSManPosixTokenForAccount(name->c_str(), client_token, token) : ERROR_NO_UNICODE_TRANSLATION;
}

#endif

}  // namespace platform

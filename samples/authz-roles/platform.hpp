// What Windows and Linux do differently.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "api.hpp"

namespace platform {

using WideString = std::basic_string<WCHAR>;

// Nothing for text that cannot be converted. Null is the empty string.
std::optional<std::string> to_utf8(PCWSTR text);
std::optional<WideString> to_wide(const std::string& text);

std::filesystem::path path(const std::string& utf8);

// A token for an account, to be handed over or closed with CloseHandle. Returns an error code. On Windows that takes
// the account's password or the right to act as part of the system, which this sample leaves to you:
// ERROR_NOT_SUPPORTED.
DWORD token_for_account(const std::string& account, HANDLE client_token, HANDLE* token);

}  // namespace platform

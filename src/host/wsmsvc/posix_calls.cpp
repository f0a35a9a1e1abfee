// Handles, tokens, language. Declared and documented in include/wsman_posix.h.
#include <cstdlib>
#include <cstring>
#include <string>

#include "host/wsmsvc/seam.hpp"

using winrmd::wsmsvc::backend;
using winrmd::wsmsvc::Backend;
using winrmd::wsmsvc::guarded;
using winrmd::wsmsvc::Identity;

namespace {

constexpr LANGID default_language = 0x0409;  // en-US

thread_local DWORD last_error = ERROR_SUCCESS;

// One block: the structure, the group numbers, the name with its zero. Null when there is no memory.
WSMAN_POSIX_IDENTITY* pack(const Identity& identity) {
  const std::size_t groups_size = identity.groups.size() * sizeof(DWORD);
  const std::size_t name_size = (identity.account.size() + 1) * sizeof(char16_t);
  auto* block = static_cast<char*>(std::malloc(sizeof(WSMAN_POSIX_IDENTITY) + groups_size + name_size));
  if (block == nullptr) return nullptr;
  char* groups = block + sizeof(WSMAN_POSIX_IDENTITY);
  char* name = groups + groups_size;
  std::memcpy(name, identity.account.c_str(), name_size);
  if (groups_size != 0) std::memcpy(groups, identity.groups.data(), groups_size);
  return new (block) WSMAN_POSIX_IDENTITY{
      .account = reinterpret_cast<PCWSTR>(name),
      .uid = identity.uid,
      .gid = identity.gid,
      .groupsCount = static_cast<DWORD>(identity.groups.size()),
      .groups = groups_size == 0 ? nullptr : reinterpret_cast<const DWORD*>(groups),
  };
}

}  // namespace

BOOL WSManPosixCloseHandle(HANDLE handle) {
  const DWORD code = guarded([&]() -> DWORD {
    Backend* host = backend();
    return host != nullptr && host->close_handle(handle) ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
  });
  if (code == ERROR_SUCCESS) return TRUE;
  last_error = code;
  return FALSE;
}

DWORD WSManPosixGetLastError() { return last_error; }

void WSManPosixSetLastError(DWORD code) { last_error = code; }

DWORD WSManPosixWaitForSingleObject(HANDLE event, DWORD milliseconds) {
  DWORD result = WAIT_FAILED;
  const DWORD code = guarded([&]() -> DWORD {
    if (Backend* host = backend(); host != nullptr) result = host->wait(event, milliseconds);
    return result == WAIT_FAILED ? ERROR_INVALID_HANDLE : ERROR_SUCCESS;
  });
  if (code != ERROR_SUCCESS) last_error = code;
  return result;
}

int WSManPosixEventDescriptor(HANDLE event) {
  int descriptor = -1;
  const DWORD code = guarded([&]() -> DWORD {
    if (Backend* host = backend(); host != nullptr) descriptor = host->event_descriptor(event);
    return descriptor < 0 ? ERROR_INVALID_HANDLE : ERROR_SUCCESS;
  });
  if (code == ERROR_SUCCESS) return descriptor;
  last_error = code;
  return -1;
}

LANGID WSManPosixGetThreadUILanguage() {
  LANGID language = default_language;
  guarded([&]() -> DWORD {
    if (Backend* host = backend(); host != nullptr) language = host->thread_ui_language();
    return ERROR_SUCCESS;
  });
  return language;
}

DWORD WSManPosixThreadLocaleName(PWSTR buffer, DWORD size, DWORD* needed) {
  if (buffer == nullptr && size != 0) return ERROR_INVALID_PARAMETER;
  return guarded([&]() -> DWORD {
    Backend* host = backend();
    const std::u16string name = host == nullptr ? std::u16string() : host->thread_locale_name();
    const std::size_t units = name.size() + 1;
    if (needed != nullptr) *needed = static_cast<DWORD>(units);
    if (size < units) return ERROR_INSUFFICIENT_BUFFER;
    name.copy(buffer, name.size());
    buffer[name.size()] = u'\0';
    return ERROR_SUCCESS;
  });
}

DWORD WSManPosixTokenForAccount(PCWSTR account, HANDLE clientToken, HANDLE* token) {
  if (token == nullptr) return ERROR_INVALID_PARAMETER;
  *token = nullptr;
  if (account == nullptr || *account == u'\0') return ERROR_INVALID_PARAMETER;
  return guarded([&]() -> DWORD {
    Backend* host = backend();
    return host == nullptr ? ERROR_NOT_SUPPORTED : host->token_for_account(account, clientToken, token);
  });
}

DWORD WSManPosixDuplicateToken(HANDLE token, HANDLE* duplicate) {
  if (duplicate == nullptr) return ERROR_INVALID_PARAMETER;
  *duplicate = nullptr;
  return guarded([&]() -> DWORD {
    Backend* host = backend();
    return host == nullptr ? ERROR_INVALID_HANDLE : host->duplicate_token(token, duplicate);
  });
}

DWORD WSManPosixTokenIdentity(HANDLE token, WSMAN_POSIX_IDENTITY** identity) {
  if (identity == nullptr) return ERROR_INVALID_PARAMETER;
  *identity = nullptr;
  return guarded([&]() -> DWORD {
    Backend* host = backend();
    if (host == nullptr) return ERROR_INVALID_HANDLE;
    Identity found;
    if (const DWORD code = host->token_identity(token, found); code != ERROR_SUCCESS) return code;
    *identity = pack(found);
    return *identity == nullptr ? ERROR_OUTOFMEMORY : ERROR_SUCCESS;
  });
}

void WSManPosixFree(void* memory) { std::free(memory); }

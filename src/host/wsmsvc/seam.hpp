// Inside libwsmsvc.so: the installed backend, and how a call gets to it.
#pragma once

#include <new>

#include "host/wsmsvc/backend.hpp"

namespace winrmd::wsmsvc {

// Null while no host has installed one: somebody else's process has loaded the plug-in.
Backend* backend();

// Nothing may be thrown into a plug-in, which may be C. Memory is named as the reason where the caller's contract
// allows it.
template <typename Call>
DWORD guarded(DWORD on_throw, DWORD on_no_memory, Call&& call) noexcept {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return on_no_memory;
  } catch (...) {
    return on_throw;
  }
}

// For functions that answer with a Win32 code of any kind.
template <typename Call>
DWORD guarded(Call&& call) noexcept {
  return guarded(ERROR_INTERNAL_ERROR, ERROR_OUTOFMEMORY, call);
}

// For functions whose only failure is ERROR_INVALID_PARAMETER.
template <typename Call>
DWORD strictly(Call&& call) noexcept {
  return guarded(ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER, call);
}

}  // namespace winrmd::wsmsvc

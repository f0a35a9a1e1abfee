// Version 1.1: layout, and that a 1.0 callback still fits.
#define WSMAN_API_VERSION_1_1
#include <wsman.h>

#include <type_traits>

#include "layout.h"

AT(WSMAN_RESPONSE_DATA, receiveData, 0);
static_assert(std::is_same_v<WSMAN_SHELL_STARTUP_INFO, WSMAN_SHELL_STARTUP_INFO_V11>);
static_assert(std::is_same_v<WSMAN_SHELL_COMPLETION_FUNCTION,
                             void (*)(PVOID, DWORD, WSMAN_ERROR*, WSMAN_SHELL_HANDLE, WSMAN_COMMAND_HANDLE,
                                      WSMAN_OPERATION_HANDLE, WSMAN_RESPONSE_DATA*)>);

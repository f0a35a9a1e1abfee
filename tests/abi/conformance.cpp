// The same for C++, and what C++ alone can say.
#define WSMAN_API_VERSION_1_0
#include <wsman.h>

#include <type_traits>

#include "layout.h"
#include "prototypes.h"

// Text constants have the interface's own string type.
static_assert(std::is_same_v<decltype(&WSMAN_TEXT("ab")[0]), PCWSTR>);
static_assert(std::is_same_v<decltype(&WSMAN_SHELL_NS[0]), PCWSTR>);
static_assert(WSMAN_SHELL_NS_LEN == 55);
#define NARROW "stdin"
static_assert(sizeof(WSMAN_TEXT(NARROW)) == sizeof(WSMAN_STREAM_ID_STDIN));
// C and C++ agree about the structures: nothing is derived or has constructors.
static_assert(std::is_standard_layout_v<WSMAN_SHELL_STARTUP_INFO_V11> && std::is_trivial_v<WSMAN_PLUGIN_REQUEST>);

extern "C" const void* conformance_cpp();
extern "C" const void* conformance_cpp() { return &prototypes; }

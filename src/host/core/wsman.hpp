// The plug-in interface as the host uses it.
#pragma once

#ifndef WSMAN_API_VERSION_1_1
#define WSMAN_API_VERSION_1_1
#endif
#include <wsman.h>           // IWYU pragma: export
#include <wsman_check.h>     // IWYU pragma: export
#include <wsman_resource.h>  // IWYU pragma: export

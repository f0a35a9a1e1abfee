// The public interface, as any plug-in sees it.
#pragma once

#ifndef WSMAN_API_VERSION_1_0
#define WSMAN_API_VERSION_1_0
#endif
#include <wsman.h>
#include <wsman_portable.h>

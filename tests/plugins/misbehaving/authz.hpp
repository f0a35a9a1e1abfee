// An authorization plug-in that behaves; see shell.hpp.
#pragma once

#define WSMAN_API_VERSION_1_1
#include <wsman.h>
#include <wsman_check.h>

#include <atomic>

struct AuthzPlugin {
  void (*user)(WSMAN_SENDER_DETAILS* sender);
  void (*operation)(WSMAN_SENDER_DETAILS* sender);
  void (*quota)(WSMAN_SENDER_DETAILS* sender);
  void (*release)(void* context);
};

// The library's own.
void misbehave(AuthzPlugin& plugin);

// What the one that behaves does: admits everybody, with a context.
void admit(WSMAN_SENDER_DETAILS* sender, HANDLE token);
void allow(WSMAN_SENDER_DETAILS* sender);

// What WSManPluginLiveContexts tells.
extern std::atomic<LONG> live_contexts;

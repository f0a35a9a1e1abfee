// A shell plug-in that behaves. Each library of this folder is this one with one thing done wrong: it defines
// misbehave(), which puts something else in the place of one entry point or two.
#pragma once

#define WSMAN_API_VERSION_1_1
#include <wsman.h>
#include <wsman_check.h>

#include <atomic>

// A shell or command. Lives until it is told to end.
struct Thing {
  WSMAN_PLUGIN_REQUEST* request = nullptr;
  std::atomic<bool> over = false;
};

struct ShellPlugin {
  DWORD (*startup)(PCWSTR extra);
  DWORD (*shutdown)();
  void (*shell)(WSMAN_PLUGIN_REQUEST* request, const WSMAN_SHELL_STARTUP_INFO* info);
  void (*command)(WSMAN_PLUGIN_REQUEST* request, Thing* shell, PCWSTR line);
  void (*send)(WSMAN_PLUGIN_REQUEST* request, Thing* command);
  void (*receive)(WSMAN_PLUGIN_REQUEST* request, Thing* command);
  void (*signal)(WSMAN_PLUGIN_REQUEST* request, Thing* command);
  void (*release_shell)(Thing* shell);
  void (*release_command)(Thing* command);
};

// The library's own.
void misbehave(ShellPlugin& plugin);

// What the one that behaves does.
void complete(WSMAN_PLUGIN_REQUEST* request, DWORD code = NO_ERROR, PCWSTR text = nullptr);
// Reports a Thing as the context.
Thing* report_thing(WSMAN_PLUGIN_REQUEST* request);
// Completes it, once.
void end_thing(Thing* thing);
void release_thing(Thing* thing);
// One line, the end of the command, and the completion.
void give_output(WSMAN_PLUGIN_REQUEST* request);

// What WSManPluginLiveContexts tells.
extern std::atomic<LONG> live_contexts;

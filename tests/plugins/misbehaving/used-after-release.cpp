// Keeps the address of a text of one request, and reads it in the next.
#include "shell.hpp"

static std::atomic<PCWSTR> kept = nullptr;

void misbehave(ShellPlugin& plugin) {
  plugin.send = [](WSMAN_PLUGIN_REQUEST* request, Thing*) {
    const PCWSTR before = kept.exchange(request->senderDetails->senderName);
    const bool same = before != nullptr && WSManPosixCompare(before, request->senderDetails->senderName) == 0;
    complete(request, before == nullptr || same ? NO_ERROR : ERROR_ACCESS_DENIED);
  };
}

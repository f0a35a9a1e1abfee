// Built without WSManPluginSend.
#include "shell.hpp"

void misbehave(ShellPlugin&) {}

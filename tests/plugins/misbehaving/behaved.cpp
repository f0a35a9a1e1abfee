// Nothing is wrong.
#include "shell.hpp"

void misbehave(ShellPlugin&) {}

// Does not count, or free, a shell that is given back.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.release_shell = [](Thing*) {};
}

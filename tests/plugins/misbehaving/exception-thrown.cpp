// Throws out of an entry point.
#include <stdexcept>

#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.send = [](WSMAN_PLUGIN_REQUEST*, Thing*) { throw std::runtime_error("no input, please"); };
}

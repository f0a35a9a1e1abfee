// Allocates without end.
#include <cstring>
#include <vector>

#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.command = [](WSMAN_PLUGIN_REQUEST*, Thing*, PCWSTR) {
    static std::vector<std::vector<char>> kept;
    for (;;) kept.emplace_back(std::size_t{1} << 20, 'x');
  };
}

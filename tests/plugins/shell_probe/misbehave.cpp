#include "shell_probe/misbehave.hpp"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace probe {

void misbehave(std::string_view word) {
  if (word == "crash") {
    ::signal(SIGSEGV, SIG_DFL);  // also where a sanitizer would turn it into a report
    ::raise(SIGSEGV);
  }
  if (word == "abort") std::abort();
  if (word == "throw") throw std::runtime_error("thrown by the shell probe");
  if (word == "exit") ::_exit(3);
  if (word == "allocate") {
    std::vector<std::string> all;
    for (;;) all.emplace_back(1U << 20, 'x');
  }
  if (word == "hang") {
    for (;;) ::pause();
  }
}

}  // namespace probe

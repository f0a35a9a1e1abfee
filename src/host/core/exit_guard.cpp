#include "host/core/exit_guard.hpp"

#include <unistd.h>

#include <cstdlib>

#include "host/check/contract.hpp"
#include "lib/log/log.hpp"

namespace winrmd::host::exit_guard {
namespace {

pid_t armed = 0;

void caught() {
  if (::getpid() != armed) return;  // a child that a plug-in forked
  log::error("plugin_exited");
  contract::report(contract::breach::exited, "exit() was called");
  ::_exit(status);
}

}  // namespace

void arm() {
  armed = ::getpid();
  renew();
}

void renew() {
  if (armed != 0) std::atexit(caught);
}

}  // namespace winrmd::host::exit_guard

#include "host/core/thrown.hpp"

#include <array>
#include <cstring>
#include <exception>
#include <string>

#include "host/check/contract.hpp"
#include "lib/log/log.hpp"

namespace winrmd::host {
namespace {

// No std::string: memory may be what there was none of.
thread_local std::array<char, 256> kept{};

void keep(const char* text) noexcept { ::strncpy(kept.data(), text, kept.size() - 1); }

}  // namespace

void keep_thrown() noexcept {
  try {
    throw;
  } catch (const std::exception& exception) {
    // The plug-in's own code.
    const char* const text = exception.what();
    keep(text == nullptr ? "" : text);
  } catch (...) {
    keep("no std::exception");
  }
}

void log_thrown(std::string_view plugin, std::string_view entry_point) {
  log::error("plugin_exception",
             {{"plugin", plugin}, {"entry_point", entry_point}, {"what", std::string_view(kept.data())}});
  contract::report(contract::breach::exception_thrown,
                   std::string(entry_point) + " let an exception out: " + kept.data());
}

}  // namespace winrmd::host

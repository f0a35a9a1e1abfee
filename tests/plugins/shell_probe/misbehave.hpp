#pragma once

#include <string_view>

namespace probe {

// Does what `word` says: `crash` (SIGSEGV), `abort`, `throw` (an exception out of the entry point), `exit` (status 3),
// `hang` (never returns). Any other word: returns.
void misbehave(std::string_view word);

}  // namespace probe

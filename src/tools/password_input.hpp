// Where winrmctl gets a password from.
#pragma once

#include <string>

#include "lib/base/result.hpp"

namespace winrmd::tools {

// Asks twice on the terminal, without echo. Fails where there is no terminal or the two differ.
Result<std::string> ask_password(const std::string& user);
// The first line of standard input, without its end.
Result<std::string> read_password_from_stdin();

}  // namespace winrmd::tools

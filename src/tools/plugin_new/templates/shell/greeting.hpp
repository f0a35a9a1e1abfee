#pragma once

#include <optional>
#include <string>

// The output of the command line `greet NAME`; nothing: it is not one.
std::optional<std::string> greeting(const std::string& word, const std::string& line);

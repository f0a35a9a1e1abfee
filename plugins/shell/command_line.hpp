// How a command line of a Windows client becomes something a POSIX system can run.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace text_shell {

// Command and arguments with one space between; no quoting is added.
std::string compose(std::string_view command, const std::vector<std::string>& arguments);

// cmd.exe's rule for `/C`: a line that starts with a double quote loses its first and its last one, unless there are
// exactly two with a blank and nothing special between them and they enclose the name of a program. Clients rely on it:
// some put every command into quotes. `is_program` is asked for at most one name.
std::string apply_quote_rule(std::string line, const std::function<bool(const std::string&)>& is_program);

// Splits a line into program and arguments as Windows' CommandLineToArgvW does.
std::vector<std::string> split_arguments(std::string_view line);

// The file that `program` means: itself when it holds a slash, else the first executable in `path` (as in $PATH).
// Empty when there is none.
std::string find_program(const std::string& program, std::string_view path);

}  // namespace text_shell

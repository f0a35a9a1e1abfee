#include "command_line.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace text_shell {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_executable_file(const std::string& file) {
  struct stat status{};
  return ::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(file.c_str(), X_OK) == 0;
}

// The program name, which knows no backslash escapes.
std::string take_program(std::string_view& line) {
  std::string program;
  bool quoted = false;
  while (!line.empty() && (quoted || !is_blank(line.front()))) {
    if (line.front() == '"') {
      quoted = !quoted;
    } else {
      program += line.front();
    }
    line.remove_prefix(1);
  }
  return program;
}

// 2n backslashes before a quote are n and the quote acts; 2n+1 are n and the quote is text; elsewhere they are text.
void take_backslashes(std::string_view& line, std::string& argument, bool& quoted) {
  const std::size_t count = std::min(line.find_first_not_of('\\'), line.size());
  line.remove_prefix(count);
  if (line.empty() || line.front() != '"') {
    argument.append(count, '\\');
    return;
  }
  argument.append(count / 2, '\\');
  if (count % 2 == 1) {
    argument += '"';
  } else if (quoted && line.size() > 1 && line[1] == '"') {
    argument += '"';  // "" inside quotes is one quote, and the quotes go on
    line.remove_prefix(1);
  } else {
    quoted = !quoted;
  }
  line.remove_prefix(1);
}

std::string take_argument(std::string_view& line) {
  std::string argument;
  bool quoted = false;
  while (!line.empty() && (quoted || !is_blank(line.front()))) {
    if (line.front() == '\\' || line.front() == '"') {
      take_backslashes(line, argument, quoted);
    } else {
      argument += line.front();
      line.remove_prefix(1);
    }
  }
  return argument;
}

}  // namespace

std::string compose(std::string_view command, const std::vector<std::string>& arguments) {
  std::string line(command);
  for (const std::string& argument : arguments) {
    line += ' ';
    line += argument;
  }
  return line;
}

std::string apply_quote_rule(std::string line, const std::function<bool(const std::string&)>& is_program) {
  if (line.empty() || line.front() != '"') return line;
  const std::size_t last = line.rfind('"');
  if (last == 0) return line.substr(1);
  const std::string between = line.substr(1, last - 1);
  const bool keeps = between.find('"') == std::string::npos && between.find_first_of("&<>()@^|") == std::string::npos &&
                     std::ranges::any_of(between, is_blank) && is_program(between);
  if (keeps) return line;
  return between + line.substr(last + 1);
}

std::vector<std::string> split_arguments(std::string_view line) {
  std::vector<std::string> result;
  const auto skip_blanks = [&line] {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  };
  skip_blanks();
  if (line.empty()) return result;
  result.push_back(take_program(line));
  for (skip_blanks(); !line.empty(); skip_blanks()) result.push_back(take_argument(line));
  return result;
}

std::string find_program(const std::string& program, std::string_view path) {
  if (program.empty()) return {};
  if (program.find('/') != std::string::npos) return program;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    std::string file(path.substr(0, end));
    if (file.empty()) file = ".";
    file += '/' + program;
    if (is_executable_file(file)) return file;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return {};
}

}  // namespace text_shell

#include <fmt/format.h>

#include "lib/log/json.hpp"
#include "supervisor/try.hpp"

namespace winrmd::supervisor {
namespace {

std::string json(std::string_view text) {
  std::string out;
  log::append_json_string(out, text);
  return out;
}

// As one word of a shell command.
std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string http_url(const TryReport& report) { return fmt::format("http://127.0.0.1:{}/wsman", report.port); }
std::string https_url(const TryReport& report) { return fmt::format("https://127.0.0.1:{}/wsman", report.https_port); }

// A JSON string is a Python string, too.
std::string client_line(const TryReport& report, const TryUser& user) {
  const auto script = fmt::format(
      "import winrm; print(winrm.Session({}, auth=({}, {}), transport=\"basic\").run_cmd(\"id\").std_out.decode())",
      json(http_url(report)), json(user.name), json(user.password));
  return "python3 -c " + shell_word(script);
}

}  // namespace

std::string report_as_json(const TryReport& report) {
  std::string users;
  for (const auto& user : report.users) {
    users += fmt::format("{}{{\"name\":{},\"password\":{},\"admin\":{}}}", users.empty() ? "" : ",", json(user.name),
                         json(user.password), user.admin);
  }
  return fmt::format("{{\"url\":{},\"https_url\":{},\"ca\":{},\"users\":[{}]}}\n", json(http_url(report)),
                     json(https_url(report)), json(report.ca), users);
}

std::string report_as_text(const TryReport& report) {
  std::string text = "A throw-away WinRM service is running. It ends with Ctrl-C and leaves nothing behind.\n\n";
  text += fmt::format("  HTTP      {}\n", http_url(report));
  text += fmt::format("  HTTPS     {}\n", https_url(report));
  text += fmt::format("  CA file   {}\n", report.ca);
  for (const auto& user : report.users) {
    text += fmt::format("  {}  user {}, password {}\n", user.admin ? "admin   " : "log in  ", user.name, user.password);
  }
  if (!report.users.empty())
    text += fmt::format("\nTry it from another terminal:\n  {}\n", client_line(report, report.users[0]));
  return text;
}

}  // namespace winrmd::supervisor

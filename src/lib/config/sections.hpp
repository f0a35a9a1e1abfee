// The parts of the settings, one function for each kind of table. Errors go to the table's Document.
#pragma once

#include "lib/config/settings.hpp"
#include "lib/config/table.hpp"

namespace winrmd::config {

// One listening socket needs one descriptor of the message that hands all of them to winrmd-net, which carries 16.
inline constexpr std::size_t max_listeners = 14;
inline constexpr std::size_t max_applications = 64;
inline constexpr std::size_t max_plugins = 64;    // of one application
inline constexpr std::size_t max_resources = 64;  // of one plug-in
// No time is longer than two weeks, so that every one of them fits 32 bits of milliseconds.
inline constexpr std::int64_t max_time_ms = 14LL * 86'400'000;

inline constexpr std::size_t max_rules = 1024;  // of [[login.map]], and of [[login.certificate]]

// After read_login: what a listener offers by default depends on it.
void read_listeners(Table& root, Settings& settings);
void read_login(Table& root, LoginSettings& login);
void check_schemes(Table& root, const Settings& settings);
void read_applications(Table& root, std::vector<Application>& applications);
void read_limits(Table& root, Limits& limits);
void read_accounts(Table& root, Accounts& accounts);
void read_log(Table& root, Settings& settings);

// Checks on files that the settings name; they do nothing when the Document does not check files.
void check_readable(Table& table, std::string_view key, const std::string& path);
void check_library(Table& table, std::string_view key, const std::string& path);

}  // namespace winrmd::config

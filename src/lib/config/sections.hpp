// The parts of the settings, one function for each kind of table. Errors go to the table's Document.
#pragma once

#include "lib/config/resource_rules.hpp"
#include "lib/config/settings.hpp"
#include "lib/config/table.hpp"

namespace winrmd::config {

// One listening socket needs one descriptor of the message that hands all of them to winrmd-net, which carries 16.
inline constexpr std::size_t max_listeners = 14;
inline constexpr std::size_t max_applications = 64;
inline constexpr std::size_t max_plugins = 64;    // of one application
inline constexpr std::size_t max_resources = 64;  // of one plug-in
// Of one answer; what a client sends is held in memory, and what a plug-in answers too.
inline constexpr std::uint32_t max_envelope_kb = 2048;
// Names, paths, URIs and descriptors of all applications: one message tells winrmd-net, and it has other things to say.
inline constexpr std::size_t max_applications_text = 3U << 20;
// No time is longer than two weeks, so that every one of them fits 32 bits of milliseconds.
inline constexpr std::int64_t max_time_ms = 14LL * 86'400'000;

inline constexpr std::size_t max_rules = 1024;  // of [[login.map]], and of [[login.certificate]]

// After read_login: what a listener offers by default depends on it.
void read_listeners(Table& root, Settings& settings);
void read_login(Table& root, LoginSettings& login);
void check_schemes(Table& root, const Settings& settings);
void read_applications(Table& root, std::vector<Application>& applications);
void read_plugins(Table& application, std::vector<Plugin>& plugins, Claims& claims);
void read_resources(Table& plugin, std::vector<Resource>& resources, Claims& claims);
// The *.xml of a folder, each a registration.
void read_plugin_directory(Table& application, const std::string& path, std::vector<Plugin>& plugins, Claims& claims);
void read_limits(Table& root, Limits& limits);
void read_accounts(Table& root, Accounts& accounts);
void read_log(Table& root, Settings& settings);
// The file of `configuration`: its settings, authorization plug-in and plug-ins become the application's.
void read_application_file(Table& table, Application& application, Claims& claims);

// The local account or group exists. Like the following they do nothing when the Document does not check files.
void check_account(Table& table, std::string_view key, const std::string& account);
std::vector<std::uint32_t> group_ids(Table& table, std::string_view key, const std::vector<std::string>& groups);

// Checks on files that the settings name; they do nothing when the Document does not check files.
void check_readable(Table& table, std::string_view key, const std::string& path);
void check_library(Table& table, std::string_view key, const std::string& path);

}  // namespace winrmd::config

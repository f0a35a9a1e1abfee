#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "lib/config/library_file.hpp"
#include "lib/config/sections.hpp"
#include "lib/config/settings.hpp"

namespace winrmd::config {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view whole = R"(
user_file = "/etc/winrmd/users"

[[listener]]
address = "::"
port = 5986
tls = true
certificate = "/etc/winrmd/tls.crt"
key = "/etc/winrmd/tls.key"
basic = true

[[listener]]
address = "127.0.0.1"
port = 0
basic = true
allow_unencrypted = true

[[application]]
path = "wsman"
user_record_idle_timeout = "20m"
refresh_interval = "1h"
authorization_timeout = "250ms"
system_window = "4s"
system_window_operations = 4294967295

[application.authorization]
name = "roles"
file = "/usr/lib/roles.so"
accounts = ["guest", "ops"]
quota = true
default_quota_on_failure = true
parameters = { File = "/etc/roles", Empty = "" }

[[application.plugin]]
name = "Shell cmd plugin"
file = "/usr/lib/shell.so"
resources = ["http://example/cmd", { uri = "http://example/exact", exact_match = true, supports_options = false }]
shared_process = true
process_idle_timeout = "0s"

[[application]]
path = "site/wsman"
administrators = ["root"]

[limits]
max_envelope_size_kb = 150
max_operations_per_user = 7
host_call_threads = 2

[accounts]
allow_root = true

[log]
level = "debug"
audit_file = "/var/log/audit"
)";

TEST(Config, EveryKeyReachesTheSettings) {
  const auto settings = parse(whole, "f");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->user_file, "/etc/winrmd/users");
  ASSERT_EQ(settings->listeners.size(), 2U);
  EXPECT_TRUE(settings->listeners[0].tls && settings->listeners[0].basic);
  EXPECT_EQ(settings->listeners[0].address, "::");
  EXPECT_EQ(settings->listeners[0].port, 5986);
  EXPECT_EQ(settings->listeners[0].certificate, "/etc/winrmd/tls.crt");
  EXPECT_EQ(settings->listeners[0].key, "/etc/winrmd/tls.key");
  EXPECT_TRUE(settings->listeners[1].allow_unencrypted);
  ASSERT_EQ(settings->applications.size(), 2U);
  const auto& first = settings->applications[0];
  EXPECT_EQ(first.user_record_idle_timeout, milliseconds(1'200'000));
  EXPECT_EQ(first.refresh_interval, milliseconds(3'600'000));
  EXPECT_EQ(first.authorization_timeout, milliseconds(250));
  EXPECT_EQ(first.system_window, milliseconds(4000));
  EXPECT_EQ(first.system_window_operations, 0xFFFFFFFFU);
  EXPECT_TRUE(first.authorization.quota);
  EXPECT_TRUE(first.authorization.default_quota_on_failure);
  EXPECT_EQ(first.authorization.name, "roles");
  EXPECT_EQ(first.authorization.accounts, (std::vector<std::string>{"guest", "ops"}));
  ASSERT_EQ(first.authorization.parameters.size(), 2U);
  ASSERT_EQ(first.plugins.size(), 1U);
  const auto& plugin = first.plugins[0];
  EXPECT_TRUE(plugin.shared_process);
  EXPECT_EQ(plugin.process_idle_timeout, milliseconds(0));
  ASSERT_EQ(plugin.resources.size(), 2U);
  EXPECT_FALSE(plugin.resources[0].exact_match);
  EXPECT_TRUE(plugin.resources[0].supports_options);
  EXPECT_TRUE(plugin.resources[1].exact_match);
  EXPECT_FALSE(plugin.resources[1].supports_options);
  EXPECT_EQ(settings->applications[1].administrators, std::vector<std::string>{"root"});
  EXPECT_EQ(settings->limits.max_envelope_size_kb, 150U);
  EXPECT_EQ(settings->limits.max_operations_per_user, 7U);
  EXPECT_EQ(settings->limits.host_call_threads, 2U);
  EXPECT_EQ(settings->limits.max_connections, 300U);
  EXPECT_TRUE(settings->accounts.allow_root);
  EXPECT_EQ(settings->log_level, "debug");
  EXPECT_EQ(settings->audit_file, "/var/log/audit");
}

// A small valid document into which each row puts its mistake.
std::string document(std::string_view root, std::string_view listener, std::string_view application,
                     std::string_view rest) {
  std::string text;
  text.append(root).append("\n[[listener]]\naddress = \"127.0.0.1\"\nport = 1\n").append(listener);
  text.append("\n[[application]]\npath = \"wsman\"\n").append(application).append("\n").append(rest);
  return text;
}
std::string with_root(std::string_view text) { return document(text, "", "", ""); }
std::string with_listener(std::string_view text) { return document("", text, "", ""); }
std::string with_application(std::string_view text) { return document("", "", text, ""); }
std::string with_rest(std::string_view text) { return document("", "", "", text); }
std::string with_plugin(std::string_view text) {
  return with_rest("[[application.plugin]]\nname = \"p\"\nfile = \"/p.so\"\n" + std::string(text));
}

TEST(Config, AListenerOfThisHostAloneMayServeMetrics) {
  EXPECT_TRUE(parse(with_listener("metrics = true"), "winrmd.toml").value().listeners[0].metrics);
  EXPECT_FALSE(parse(with_listener(""), "winrmd.toml").value().listeners[0].metrics);
}

struct Bad {
  std::string toml;
  std::string_view error;
};

class BadConfig : public testing::TestWithParam<Bad> {};

TEST_P(BadConfig, IsRefusedNamingFileLineAndKey) {
  const auto settings = parse(GetParam().toml, "winrmd.toml");
  ASSERT_FALSE(settings) << GetParam().toml;
  EXPECT_EQ(settings.error().message, GetParam().error) << GetParam().toml;
}

const std::string resources = "resources = [\"http://a/b\"]\n";

INSTANTIATE_TEST_SUITE_P(
    Structure, BadConfig,
    testing::Values(Bad{"", "winrmd.toml:1: listener: is missing: at least one [[listener]] is needed"},
                    Bad{"[[listener]]\naddress = \"::1\"\nport = 1\n",
                        "winrmd.toml:1: application: is missing: at least one [[application]] is needed"},
                    Bad{with_root("colour = 1"), "winrmd.toml:1: colour: unknown key"},
                    Bad{with_listener("adress = \"x\""), "winrmd.toml:5: listener.adress: unknown key"},
                    Bad{with_rest("[limits]\nmax_shells = 1"), "winrmd.toml:10: limits.max_shells: unknown key"},
                    Bad{with_rest("[accounts]\nroot = true"), "winrmd.toml:10: accounts.root: unknown key"},
                    Bad{with_rest("[log]\ncolour = true"), "winrmd.toml:10: log.colour: unknown key"},
                    Bad{with_application("pth = \"x\""), "winrmd.toml:8: application.pth: unknown key"},
                    Bad{"listener = 1", "winrmd.toml:1: listener: must be written as [[listener]]"},
                    Bad{"[listener]\nport = 1", "winrmd.toml:1: listener: must be written as [[listener]]"},
                    Bad{with_root("limits = 1"), "winrmd.toml:1: limits: must be written as [limits]"},
                    Bad{with_root("accounts = 1"), "winrmd.toml:1: accounts: must be written as [accounts]"},
                    Bad{with_root("log = 1"), "winrmd.toml:1: log: must be written as [log]"},
                    Bad{with_application("authorization = 1"),
                        "winrmd.toml:8: application.authorization: must be written as [application.authorization]"}));

INSTANTIATE_TEST_SUITE_P(
    Values, BadConfig,
    testing::Values(
        Bad{with_root("user_file = 1"), "winrmd.toml:1: user_file: must be a string, not an integer"},
        Bad{with_root("user_file = \"users\""), "winrmd.toml:1: user_file: 'users' is not an absolute path"},
        Bad{with_root("user_file = \"\""), "winrmd.toml:1: user_file: must not be empty"},
        Bad{with_root("user_file = \"/a\\nb\""), "winrmd.toml:1: user_file: must not hold control characters"},
        Bad{with_application("system_window_operations = 4294967296"),
            "winrmd.toml:8: application.system_window_operations: must be between 0 and 4294967295, not 4294967296"},
        Bad{with_application("system_window = \"99ms\""),
            "winrmd.toml:8: application.system_window: must be between 100ms and 1209600s, not 99ms"},
        Bad{with_rest("[application.authorization]\nname = \"a\"\nfile = \"/a.so\"\ndefault_quota_on_failure = true"),
            "winrmd.toml:12: application.authorization.default_quota_on_failure: has no meaning without quota = true"},
        Bad{with_rest("[limits]\nmax_operations_per_user = 0"),
            "winrmd.toml:10: limits.max_operations_per_user: must be between 1 and 1000000, not 0"},
        Bad{with_rest("[limits]\nmax_connections = 0"),
            "winrmd.toml:10: limits.max_connections: must be between 1 and 100000, not 0"},
        Bad{with_rest("[limits]\nmax_connections = 100001"),
            "winrmd.toml:10: limits.max_connections: must be between 1 and 100000, not 100001"},
        Bad{with_rest("[limits]\nmax_connections = -9223372036854775808"),
            "winrmd.toml:10: limits.max_connections: must be between 1 and 100000, not -9223372036854775808"},
        Bad{with_rest("[limits]\nmax_connections = 1.5"),
            "winrmd.toml:10: limits.max_connections: must be an integer, not a value of another type"},
        Bad{with_rest("[limits]\nmax_envelope_size_kb = 31"),
            "winrmd.toml:10: limits.max_envelope_size_kb: must be between 32 and 2048, not 31"},
        Bad{with_rest("[limits]\nshell_idle_timeout = 900"),
            "winrmd.toml:10: limits.shell_idle_timeout: must be a time in quotes with its unit, as in \"30s\", not an "
            "integer"},
        Bad{with_rest("[limits]\nshell_idle_timeout = \"PT900S\""),
            "winrmd.toml:10: limits.shell_idle_timeout: 'PT900S' is no time; write a whole number and a unit: 250ms, "
            "30s, 15m, 2h, 1d"},
        Bad{with_rest("[limits]\nshell_idle_timeout = \"999ms\""),
            "winrmd.toml:10: limits.shell_idle_timeout: must be between 1s and 1209600s, not 999ms"},
        Bad{with_rest("[limits]\nshell_idle_timeout = \"15d\""),
            "winrmd.toml:10: limits.shell_idle_timeout: must be between 1s and 1209600s, not 15d"},
        Bad{with_rest("[limits]\nshell_idle_timeout = \"2h\"\nmax_shell_idle_timeout = \"1h\""),
            "winrmd.toml:10: limits.shell_idle_timeout: must not be longer than limits.max_shell_idle_timeout"},
        Bad{with_rest("[accounts]\nallow_root = \"yes\""),
            "winrmd.toml:10: accounts.allow_root: must be true or false, not a string"},
        Bad{with_rest("[accounts]\nnet = \"root\""), "winrmd.toml:10: accounts.net: must not be root"},
        Bad{with_rest("[accounts]\nservice = \"_winrmd\""),
            "winrmd.toml:10: accounts.service: must not be the account of accounts.net"},
        Bad{with_rest("[log]\nlevel = \"loud\""),
            "winrmd.toml:10: log.level: 'loud' is not one of debug, info, warning, error"},
        Bad{with_rest("[log]\nfile = \"x\""), "winrmd.toml:10: log.file: 'x' is not an absolute path"}));

INSTANTIATE_TEST_SUITE_P(
    Listeners, BadConfig,
    testing::Values(
        Bad{"[[listener]]\nport = 1", "winrmd.toml:1: listener.address: is missing"},
        Bad{"[[listener]]\naddress = \"::1\"", "winrmd.toml:1: listener.port: is missing"},
        Bad{"[[listener]]\naddress = \"localhost\"\nport = 1",
            "winrmd.toml:2: listener.address: 'localhost' is no numeric IPv4 or IPv6 address"},
        Bad{"[[listener]]\naddress = \"::1\"\nport = 65536",
            "winrmd.toml:3: listener.port: must be between 0 and 65535, not 65536"},
        Bad{"[[listener]]\naddress = \"::1\"\nport = \"http\"",
            "winrmd.toml:3: listener.port: must be an integer, not a string"},
        Bad{with_listener("[[listener]]\naddress = \"::\"\nport = 2\nmetrics = true"),
            "winrmd.toml:8: listener.metrics: is for a loopback address: anybody who can connect reads them"},
        Bad{with_listener("tls = true"),
            "winrmd.toml:2: listener.certificate: is missing: a listener with tls needs it"},
        Bad{with_listener("tls = true\ncertificate = \"/c\""),
            "winrmd.toml:2: listener.key: is missing: a listener with tls needs it"},
        Bad{with_listener("certificate = \"/c\""),
            "winrmd.toml:5: listener.certificate: has no meaning without tls = true"},
        Bad{with_listener("key = \"/c\""), "winrmd.toml:5: listener.key: has no meaning without tls = true"},
        Bad{with_listener("key = \"c\""), "winrmd.toml:5: listener.key: 'c' is not an absolute path"},
        Bad{with_listener("basic = true"),
            "winrmd.toml:5: listener.basic: sends passwords in clear without tls; set allow_unencrypted = true if that "
            "is meant"},
        Bad{with_listener("tls = true\ncertificate = \"/c\"\nkey = \"/k\"\nallow_unencrypted = true"),
            "winrmd.toml:8: listener.allow_unencrypted: has no meaning on a listener with tls"},
        Bad{with_listener("basic = true\nallow_unencrypted = true"),
            "winrmd.toml:1: user_file: is missing: a listener with basic needs it, or login.pam"},
        Bad{with_listener("[[listener]]\naddress = \"127.0.0.1\"\nport = 1"),
            "winrmd.toml:7: listener.port: another listener has this address and port"}));

INSTANTIATE_TEST_SUITE_P(
    Applications, BadConfig,
    testing::Values(
        Bad{"[[listener]]\naddress = \"::1\"\nport = 1\n[[application]]\n",
            "winrmd.toml:4: application.path: is missing"},
        Bad{"[[listener]]\naddress = \"::1\"\nport = 1\n[[application]]\npath = \"/wsman\"",
            "winrmd.toml:5: application.path: '/wsman' is no URL path without slashes at its ends, as in wsman"},
        Bad{with_application("[[application]]\npath = \"wsman\""),
            "winrmd.toml:9: application.path: another application has this path"},
        Bad{with_application("administrators = \"root\""),
            "winrmd.toml:8: application.administrators: must be an array, not a string"},
        Bad{with_application("administrators = [1]"),
            "winrmd.toml:8: application.administrators: must hold strings, not an integer"},
        Bad{with_application("administrators = [\"a\", \"a\"]"),
            "winrmd.toml:8: application.administrators: 'a' is listed twice"},
        Bad{with_application("administrators = [\"a\"]\n[application.authorization]\nname = \"n\"\nfile = \"/f\""),
            "winrmd.toml:8: application.administrators: has no meaning beside an authorization plug-in, which decides "
            "about that"},
        Bad{with_application("[application.authorization]\nname = \"n\""),
            "winrmd.toml:8: application.authorization.file: is missing"},
        Bad{with_application("[application.authorization]\nfile = \"/f\""),
            "winrmd.toml:8: application.authorization.name: is missing"},
        Bad{with_application("[application.authorization]\nname = \"n\"\nfile = \"f.so\""),
            "winrmd.toml:10: application.authorization.file: 'f.so' is not an absolute path"},
        Bad{with_application("[application.authorization]\nname = \"n\"\nfile = \"/f\"\nparameters = { A = 1 }"),
            "winrmd.toml:11: application.authorization.parameters.A: must be a string, not an integer"},
        Bad{with_application(
                "[application.authorization]\nname = \"n\"\nfile = \"/f\"\nparameters = { A = \"\\u0001\" }"),
            "winrmd.toml:11: application.authorization.parameters.A: must not hold control characters"},
        Bad{with_plugin(""), "winrmd.toml:9: application.plugin.resources: is missing"},
        Bad{with_plugin("resources = []"),
            "winrmd.toml:12: application.plugin.resources: must be an array of at least one URI"},
        Bad{with_plugin("resources = [\"cmd\"]"),
            "winrmd.toml:12: application.plugin.resources: 'cmd' is no URI; each item is a URI or a table with a uri"},
        Bad{with_plugin("resources = [{ exact_match = true }]"),
            "winrmd.toml:12: application.plugin.resources.uri: is missing"},
        Bad{with_plugin("resources = [\"a:b\", \"a:b\"]"),
            "winrmd.toml:12: application.plugin.resources: 'a:b' belongs to a plug-in already, at winrmd.toml:12"},
        Bad{with_plugin(resources + "[[application.plugin]]\nname = \"p\"\nfile = \"/q.so\"\nresources = [\"c:d\"]"),
            "winrmd.toml:14: application.plugin.name: another plug-in is called 'p', at winrmd.toml:10"},
        Bad{with_plugin(resources + "[[application.plugin]]\nname = \"q\"\nfile = \"/q.so\"\n" + resources),
            "winrmd.toml:16: application.plugin.resources: 'http://a/b' belongs to a plug-in already, at "
            "winrmd.toml:12"},
        Bad{with_plugin(resources + "process_idle_timeout = \"15d\""),
            "winrmd.toml:13: application.plugin.process_idle_timeout: must be between 0s and 1209600s, not 15d"}));

TEST(Config, TextThatIsNotTomlNamesTheLine) {
  const auto settings = parse("user_file = \"/a\"\nport = = 1\n", "winrmd.toml");
  ASSERT_FALSE(settings);
  EXPECT_TRUE(settings.error().message.starts_with("winrmd.toml:2: not valid TOML: ")) << settings.error().message;
}

TEST(Config, AKeyTwiceIsAnError) {
  const auto settings = parse("user_file = \"/a\"\nuser_file = \"/b\"\n", "winrmd.toml");
  ASSERT_FALSE(settings);
  EXPECT_TRUE(settings.error().message.starts_with("winrmd.toml:2: ")) << settings.error().message;
}

TEST(Config, ListenersAreLimitedByWhatOneMessageCarries) {
  const auto build = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "[[listener]]\naddress = \"127.0.0.1\"\nport = 0\n";
    return text + "[[application]]\npath = \"wsman\"\n";
  };
  EXPECT_TRUE(parse(build(max_listeners), "f"));
  EXPECT_FALSE(parse(build(max_listeners + 1), "f"));
  EXPECT_FALSE(parse(build(1000), "f"));
}

TEST(Config, TimesNeedAUnitAndStayInBounds) {
  EXPECT_EQ(parse_time("250ms"), milliseconds(250));
  EXPECT_EQ(parse_time("0s"), milliseconds(0));
  EXPECT_EQ(parse_time("1000000000d"), milliseconds(86'400'000'000'000'000));
  for (const auto* bad : {"", "s", "10", "-1s", "1.5s", "1 s", "1S", "1sm", "1000000001s", "99999999999999999999s"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

class ConfigFiles : public testing::Test {
 protected:
  ConfigFiles() {
    std::string pattern = testing::TempDir() + "winrmd-config-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ConfigFiles() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, std::string_view content) {
    const auto path = folder_ + "/" + name;
    std::ofstream(path) << content;
    return path;
  }
  std::string folder_;
};

TEST_F(ConfigFiles, AMissingPluginIsAnErrorAtItsLine) {
  const auto file = write("c.toml", with_plugin(resources));
  const auto settings = load(file);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().message,
            file + ":11: application.plugin.file: cannot open '/p.so': No such file or directory");
}

TEST_F(ConfigFiles, AMissingAuthorizationPluginIsAnErrorAtItsLine) {
  const auto file = write("c.toml", with_application("[application.authorization]\nname = \"n\"\nfile = \"/f.so\""));
  const auto settings = load(file);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().message,
            file + ":10: application.authorization.file: cannot open '/f.so': No such file or directory");
}

TEST_F(ConfigFiles, AMissingUserFileOrCertificateIsAnErrorAtItsLine) {
  auto settings = load(write("a.toml", with_root("user_file = \"/nowhere/users\"")));
  ASSERT_FALSE(settings);
  EXPECT_TRUE(
      settings.error().message.ends_with(":1: user_file: cannot open '/nowhere/users': No such file or directory"));
  settings = load(write("b.toml", with_listener("tls = true\ncertificate = \"/nowhere/c\"\nkey = \"/nowhere/k\"")));
  ASSERT_FALSE(settings);
  EXPECT_TRUE(settings.error().message.contains(":6: listener.certificate: cannot open")) << settings.error().message;
}

TEST_F(ConfigFiles, ALibraryIsToldFromOtherFilesByItsHead) {
  EXPECT_FALSE(check_library_file(folder_));
  EXPECT_FALSE(check_library_file(folder_ + "/missing.so"));
  EXPECT_EQ(check_library_file(write("text.so", "hello")).error().message,
            "'" + folder_ + "/text.so' is not a shared library");
  std::string head(64, '\0');
  head.replace(0, 4,
               "\x7f"
               "ELF");
  head[4] = 1;  // 32-bit
  EXPECT_EQ(check_library_file(write("old.so", head)).error().message,
            "'" + folder_ + "/old.so' is not a 64-bit shared library");
  head[4] = 2;
  head[16] = 3;  // ET_DYN
  EXPECT_TRUE(check_library_file(write("good.so", head)));
  head.pop_back();
  EXPECT_FALSE(check_library_file(write("short.so", head)));
}

TEST_F(ConfigFiles, RootLoadsNoPluginThatOthersCanChange) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  std::string head(64, '\0');
  head.replace(0, 4,
               "\x7f"
               "ELF");
  head[4] = 2;
  head[16] = 3;
  const auto path = write("p.so", head);
  ASSERT_TRUE(check_library_file(path));
  std::filesystem::permissions(path, std::filesystem::perms::group_write, std::filesystem::perm_options::add);
  EXPECT_EQ(check_library_file(path).error().message, "'" + path + "' can be changed by others than root");
}

TEST_F(ConfigFiles, AnAbsurdlyLargeOrMissingFileIsRefused) {
  EXPECT_FALSE(load(folder_ + "/missing.toml"));
  EXPECT_FALSE(load(write("large.toml", std::string((1U << 20) + 1, '#'))));
  EXPECT_FALSE(load("/dev/zero"));
}

}  // namespace
}  // namespace winrmd::config

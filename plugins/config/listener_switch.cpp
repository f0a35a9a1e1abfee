#include "listener_switch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace config_tree {
namespace {

using winrmd::config::ChannelBinding;
using winrmd::config::Listener;
using winrmd::config::Settings;

// In the order of ChannelBinding, as Windows writes them and as the file does.
constexpr std::array<std::string_view, 3> levels{"None", "Relaxed", "Strict"};
constexpr std::array<std::string_view, 3> level_keys{"none", "relaxed", "strict"};

struct Flag {
  Switch which;
  std::string_view key;
  bool Listener::* value;
};
constexpr auto flags = std::to_array<Flag>({
    {Switch::allow_unencrypted, "allow_unencrypted", &Listener::allow_unencrypted},
    {Switch::basic, "basic", &Listener::basic},
    {Switch::kerberos, "kerberos", &Listener::kerberos},
    {Switch::negotiate, "negotiate", &Listener::negotiate},
    {Switch::certificate, "certificates", &Listener::certificates},
    {Switch::credssp, "credssp", &Listener::credssp},
});

bool has_any(const std::vector<Listener>& listeners, bool Listener::* value) {
  return std::ranges::any_of(listeners, value);
}

std::optional<bool> wanted_flag(const std::map<Switch, std::string>& wanted, Switch which) {
  const auto found = wanted.find(which);
  return found == wanted.end() ? std::nullopt : std::optional(found->second == "true");
}

// Without TLS Basic needs leave to send passwords in clear.
void set_basic(std::vector<Listener>& listeners, const std::map<Switch, std::string>& wanted) {
  const auto allow = wanted_flag(wanted, Switch::allow_unencrypted);
  const auto basic = wanted_flag(wanted, Switch::basic);
  if (!allow && !basic) return;
  const bool in_general = basic.value_or(has_any(listeners, &Listener::basic));
  for (auto& listener : listeners) {
    if (listener.tls) {
      listener.basic = basic.value_or(listener.basic);
    } else {
      listener.allow_unencrypted = allow.value_or(listener.allow_unencrypted);
      listener.basic = in_general && listener.allow_unencrypted;
    }
  }
}

void set_schemes(std::vector<Listener>& listeners, const std::map<Switch, std::string>& wanted) {
  const auto kerberos = wanted_flag(wanted, Switch::kerberos);
  const auto negotiate = wanted_flag(wanted, Switch::negotiate);
  const auto credssp = wanted_flag(wanted, Switch::credssp);
  const auto certificate = wanted_flag(wanted, Switch::certificate);
  for (auto& listener : listeners) {
    listener.kerberos = kerberos.value_or(listener.kerberos);
    listener.negotiate = negotiate.value_or(listener.negotiate);
    listener.credssp = credssp.value_or(listener.credssp);
    if (listener.tls && !listener.client_ca.empty()) {
      listener.certificates = certificate.value_or(listener.certificates);
    }
  }
}

std::string_view missing_for(Switch which) {
  switch (which) {
    case Switch::allow_unencrypted:
      return "there is no listener without TLS";
    case Switch::basic:
      return "there is no listener with TLS, and none that allows unencrypted traffic";
    case Switch::certificate:
      return "there is no listener with TLS and client_ca";
    default:
      return "there is no listener with TLS";
  }
}

// What was asked for has to be so afterwards.
Outcome<void> check_result(const Settings& after, const std::map<Switch, std::string>& wanted) {
  for (const auto& [which, value] : wanted) {
    if (switch_value(which, after) != value) return refuse(ERROR_INVALID_PARAMETER, std::string(missing_for(which)));
  }
  return {};
}

Outcome<void> write(TomlDraft& draft, std::size_t index, const Listener& before, const Listener& after) {
  for (const auto& flag : flags) {
    if (before.*flag.value == after.*flag.value) continue;
    auto done = draft.set({"listener", index, std::string(flag.key)}, winrmd::config::flag_value(after.*flag.value));
    if (!done) return done;
  }
  if (before.channel_binding == after.channel_binding) return {};
  const auto level = level_keys[static_cast<std::size_t>(after.channel_binding)];
  return draft.set({"listener", index, "channel_binding"}, winrmd::config::text_value(std::string(level)));
}

}  // namespace

std::string switch_value(Switch which, const Settings& settings) {
  if (which == Switch::channel_binding) {
    // The weakest is what holds for the service.
    std::optional<ChannelBinding> level;
    for (const auto& listener : settings.listeners) {
      if (listener.tls) level = std::min(level.value_or(listener.channel_binding), listener.channel_binding);
    }
    return std::string(levels[static_cast<std::size_t>(level.value_or(ChannelBinding::relaxed))]);
  }
  const auto* const flag = std::ranges::find(flags, which, &Flag::which);
  return flag != flags.end() && has_any(settings.listeners, flag->value) ? "true" : "false";
}

Outcome<void> set_switches(TomlDraft& draft, const Settings& settings, const std::map<Switch, std::string>& wanted) {
  auto after = settings;
  set_basic(after.listeners, wanted);
  set_schemes(after.listeners, wanted);
  if (const auto level = wanted.find(Switch::channel_binding); level != wanted.end()) {
    const auto* const found = std::ranges::find(levels, level->second);
    if (found == levels.end()) {
      return refuse(
          ERROR_SERVICE_CBT_HARDENING_INVALID,
          fmt::format("Service/Auth/CbtHardeningLevel: '{}' is not one of Strict, Relaxed, None", level->second));
    }
    for (auto& listener : after.listeners) {
      if (listener.tls) listener.channel_binding = static_cast<ChannelBinding>(found - levels.begin());
    }
  }
  if (auto checked = check_result(after, wanted); !checked) return checked;
  for (std::size_t i = 0; i < after.listeners.size(); ++i) {
    if (auto done = write(draft, i, settings.listeners[i], after.listeners[i]); !done) return done;
  }
  return {};
}

Outcome<void> reset_switches(TomlDraft& draft, const Settings& settings) {
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    for (const auto& flag : flags) {
      if (auto done = draft.remove_if_there({"listener", i, std::string(flag.key)}); !done) return done;
    }
    if (auto done = draft.remove_if_there({"listener", i, "channel_binding"}); !done) return done;
  }
  return {};
}

}  // namespace config_tree

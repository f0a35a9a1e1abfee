// Odd users, many users, and users who do not wait for an authorization plug-in's decision.
#include <fmt/format.h>

#include <array>

#include "tools/plugin_check/authz_messages.hpp"
#include "tools/plugin_check/identity.hpp"
#include "tools/plugin_check/scenarios.hpp"

namespace winrmd::tools::check {
namespace {

constexpr std::size_t long_text = 60'000;
constexpr int users = 64;
constexpr std::chrono::milliseconds moment{150};
constexpr std::array odd_names{"\xF0\x9F\x90\x9A\xF4\x8F\xBF\xBF",
                               "DOMAIN\\",
                               "\\user",
                               "@",
                               "user@",
                               "%s%n%x",
                               "<&\"'>",
                               "",
                               "\x01\x7F",
                               "\xD7\xA9\xD7\x9C",
                               "e\xCC\x81"};
constexpr std::array odd_operations{0U, 3U, 99U, 0x7FFFFFFFU, 0xFFFFFFFFU};

ipc::TokenDescription odd_identity(std::size_t number) {
  auto identity = own_identity();
  identity.login_name = number == 0 ? std::string(long_text, 'n') : odd_names[number - 1];
  identity.mechanism = number % 2 == 0 ? "ClientCertificate" : "\xF0\x9F\x90\x9A";
  if (number % 2 == 0) {
    identity.certificate = {
        .subject = std::string(long_text, 's'), .issuer_name = "", .issuer_thumbprint = "", .subject_name = ""};
  }
  identity.groups.assign(1000, 7);
  return identity;
}

void ask_all(Play& play, const std::string& token, Contexts& contexts) {
  auto user = authz_user(token);
  user.locale = "xx-Invalid-locale-of-no-place";
  user.http_url = "http://[::1]:5985/" + std::string(1000, 'u');
  if (play.good()) contexts.take(play.ask(user, "WSManPluginAuthzUser"));
  for (const auto number : odd_operations) {
    auto operation = authz_operation(play.subject(), token, number);
    operation.action = number == 0 ? std::string() : "urn:\xF0\x9F\x90\x9A";
    operation.resource_uri = number == 0 ? std::string(long_text, 'r') : std::string();
    if (play.good()) contexts.take(play.ask(operation, "WSManPluginAuthzOperation"));
  }
  if (play.subject().quota && play.good()) play.ask(authz_quota(token), "WSManPluginAuthzQueryQuota");
}

}  // namespace

void play_authz_hostile(Play& play) {
  if (!play.start()) return;
  // And the accounts that the plug-in asks for are not its to choose.
  play.host().allow_accounts(false);
  Contexts contexts(play);
  for (std::size_t i = 0; i <= odd_names.size() && play.good(); ++i) {
    const auto token = fmt::format("odd{}", i);
    play.host().describe(token, odd_identity(i));
    ask_all(play, token, contexts);
  }
  if (play.good()) contexts.release_all();
  play.stop();
}

void play_authz_concurrent(Play& play) {
  if (!play.start()) return;
  const auto& subject = play.subject();
  struct Sent {
    std::uint64_t id = 0;
    std::string_view entry_point;
  };
  std::vector<Sent> sent;
  for (int i = 0; i < users; ++i) {
    const auto token = fmt::format("user{}", i % 16);
    sent.push_back({play.host().send(authz_user(token)), "WSManPluginAuthzUser"});
    sent.push_back({play.host().send(authz_operation(subject, token)), "WSManPluginAuthzOperation"});
    if (subject.quota) sent.push_back({play.host().send(authz_quota(token)), "WSManPluginAuthzQueryQuota"});
  }
  Contexts contexts(play);
  int answers = 0;
  for (const auto& [id, entry_point] : sent) {
    if (!play.good()) break;
    contexts.take(play.wait(id, entry_point));
    // While others are still being decided.
    if (++answers % 16 == 0) contexts.release_all();
  }
  if (play.good()) contexts.release_all();
  play.stop();
}

void play_authz_cancelled(Play& play) {
  if (!play.start()) return;
  const auto& subject = play.subject();
  for (int i = 0; i < 8 && play.good(); ++i) {
    const auto token = fmt::format("gone{}", i);
    const auto user = play.host().send(authz_user(token));
    const auto operation = play.host().send(authz_operation(subject, token));
    play.host().send_as(ipc::AuthzCancel{}, user);
    play.host().send_as(ipc::AuthzCancel{}, operation);
    if (subject.quota) play.host().send_as(ipc::AuthzCancel{}, play.host().send(authz_quota(token)));
  }
  play.host().idle(moment);
  // Who comes after them is served.
  Contexts contexts(play);
  if (play.good()) contexts.take(play.ask(authz_user("after"), "WSManPluginAuthzUser"));
  if (play.good()) contexts.release_all();
  play.stop();
}

void play_authz_restarted(Play& play) {
  // A host that nobody asked for anything, one that is stopped with questions open and contexts held, and one whose
  // winrmd-net is gone.
  for (int round = 0; round < 3; ++round) {
    if (!play.start()) return;
    if (round > 0) {
      play.ask(authz_user("one"), "WSManPluginAuthzUser");
      play.host().send(authz_user("two"));
      play.host().send(authz_operation(play.subject(), "two"));
    }
    if (round == 2) play.host().hang_up();
    play.stop();
    if (!play.good()) return;
  }
}

}  // namespace winrmd::tools::check

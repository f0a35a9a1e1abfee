#include "supervisor/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/ipc/messages_pam.hpp"
#include "lib/text/ascii.hpp"
#include "supervisor/win32_errors.hpp"

namespace winrmd::supervisor {
namespace {

using ipc::MessageType;
using Outcome = Result<std::optional<Reply>>;

template <class M>
Reply reply(const M& message, std::uint64_t id) {
  return {.bytes = ipc::encode(message, id), .fds = {}};
}

constexpr std::uint32_t last_startup_flag = 2;  // WSMAN_PLUGIN_STARTUP_AUTORESTARTED_CRASH

ipc::Failed failed(std::uint32_t code, std::string text) {
  return {.code = code, .text = std::move(text), .from_plugin = false};
}

// A request whose answer is either M or Failed.
template <class M>
Outcome answer(const std::expected<M, ipc::Failed>& result, std::uint64_t id) {
  return result ? reply(*result, id) : reply(result.error(), id);
}

}  // namespace

// One function a row. Each decodes its message; what does not decode is an error.
struct Handlers {
  static Outcome ready(Requests& /*requests*/, Asker& asker, const ipc::Frame& frame) {
    if (!frame.fields.empty()) return fail("malformed message");
    asker.ready = true;
    return std::nullopt;
  }

  static Outcome mint_login(Requests& requests, Asker& /*asker*/, const ipc::Frame& frame) {
    auto request = ipc::decode<ipc::MintLogin>(frame);
    if (!request) return std::unexpected(request.error());
    auto minted = requests.tokens_.mint_login(*request);
    text::wipe(request->delegated);
    return answer(minted, frame.id);
  }

  static Outcome start_pam(Requests& requests, Asker& /*asker*/, const ipc::Frame& frame) {
    if (!ipc::decode<ipc::StartPam>(frame)) return fail("malformed message");
    auto started = requests.privileged_ ? requests.starter_.start_pam()
                                        : std::unexpected(failed(error_not_supported, "the service is not root"));
    if (!started) return reply(started.error(), frame.id);
    Reply with_channel{.bytes = ipc::encode(ipc::PamStarted{}, frame.id, 1), .fds = {}};
    with_channel.fds.push_back(std::move(*started));
    return with_channel;
  }

  static Outcome mint_account(Requests& requests, Asker& asker, const ipc::Frame& frame) {
    const auto request = ipc::decode<ipc::MintAccount>(frame);
    if (!request) return std::unexpected(request.error());
    const auto accounts = accounts_to_choose(requests, asker);
    return answer(requests.tokens_.mint_account(*request, accounts, asker.number), frame.id);
  }

  // An operations host knows who it stands for. Only where that is not the client it may ask who the client is.
  static Outcome describe_token(Requests& requests, Asker& asker, const ipc::Frame& frame) {
    if (asker.kind == Kind::operations_host && !asker.run_as) {
      return fail("a host that runs as its user asks about tokens");
    }
    const auto request = ipc::decode<ipc::DescribeToken>(frame);
    if (!request) return std::unexpected(request.error());
    const Token* token = requests.tokens_.find(request->token);
    if (token == nullptr) return reply(failed(error_invalid_handle, "no such token"), frame.id);
    return reply(ipc::TokenDescribed{.identity = token->identity}, frame.id);
  }

  static Outcome release_token(Requests& requests, Asker& asker, const ipc::Frame& frame) {
    const auto request = ipc::decode<ipc::ReleaseToken>(frame);
    if (!request) return std::unexpected(request.error());
    requests.tokens_.release(request->token, asker.kind == Kind::authorization_host ? asker.number : 0);
    return std::nullopt;
  }

  static Outcome start_host(Requests& requests, Asker& /*asker*/, const ipc::Frame& frame) {
    const auto request = ipc::decode<ipc::StartHost>(frame);
    if (!request) return std::unexpected(request.error());
    if (request->startup_flags > last_startup_flag) {
      return reply(failed(error_invalid_parameter, "no such start-up flags"), frame.id);
    }
    auto plan = plan_host(requests, *request);
    if (!plan) return reply(plan.error(), frame.id);
    auto started = requests.starter_.start_host(*plan);
    text::wipe(plan->delegated);
    if (!started) return reply(started.error(), frame.id);
    const ipc::HostStarted message{.host = started->number, .account = started->account};
    Reply with_channel{.bytes = ipc::encode(message, frame.id, 1), .fds = {}};
    with_channel.fds.push_back(std::move(started->channel));
    return with_channel;
  }

  static Outcome end_host(Requests& requests, Asker& /*asker*/, const ipc::Frame& frame) {
    const auto request = ipc::decode<ipc::EndHost>(frame);
    if (!request) return std::unexpected(request.error());
    requests.starter_.end_host(request->host);
    return std::nullopt;
  }

  static Outcome reloaded(Requests& requests, Asker& asker, const ipc::Frame& frame) {
    const auto report = ipc::decode<ipc::Reloaded>(frame);
    if (!report) return std::unexpected(report.error());
    requests.starter_.reloaded(asker.number, *report);
    return std::nullopt;
  }

  static const config::Application* find_application(const config::Settings& settings, const std::string& path) {
    const auto found = std::ranges::find(settings.applications, path, &config::Application::path);
    return found == settings.applications.end() ? nullptr : &*found;
  }

  // The accounts that this authorization host may choose besides the user's own and the service's: those of the
  // settings as they are now. A host that another plug-in has come in the place of lives until winrmd-net has done with
  // it; it does not get what is meant for the other one.
  static std::vector<std::string> accounts_to_choose(const Requests& requests, const Asker& asker) {
    const auto* application = find_application(*requests.settings_, asker.application);
    if (application == nullptr) return {};
    const auto& now = application->authorization;
    const auto& before = asker.authorization;
    auto accounts = now.accounts;
    if (now.name != before.name || now.file != before.file) {
      std::erase_if(accounts, [&](const auto& name) {
        return std::ranges::find(before.accounts, name) == before.accounts.end();
      });
    }
    return accounts;
  }

  // Under whom a host runs is decided here, from the token and the configuration; net names a token and a plug-in.
  static std::expected<HostPlan, ipc::Failed> plan_host(Requests& requests, const ipc::StartHost& request) {
    const auto* application = find_application(*requests.settings_, request.application);
    if (application == nullptr) return std::unexpected(failed(error_not_found, "no such application"));
    HostPlan plan{.settings = requests.settings_,
                  .application = application,
                  .plugin = nullptr,
                  .account = {},
                  .identity = {},
                  .token = {}};
    plan.startup_flags = request.startup_flags;
    return request.authorization ? plan_authorization(requests, std::move(plan))
                                 : plan_operations(requests, request, std::move(plan));
  }

  static std::expected<HostPlan, ipc::Failed> plan_authorization(Requests& requests, HostPlan plan) {
    if (plan.application->authorization.name.empty()) {
      return std::unexpected(failed(error_not_found, "the application has no authorization plug-in"));
    }
    plan.account = requests.running_;
    if (requests.privileged_) {
      auto account = requests.lookup_(requests.settings_->accounts.authorization);
      if (!account) return std::unexpected(failed(error_no_such_user, account.error().message));
      plan.account = std::move(*account);
    }
    plan.identity = describe(plan.account);
    return plan;
  }

  // Nobody's token: whoever asks, the host runs under this account and stands for it.
  static std::expected<HostPlan, ipc::Failed> as_account(std::expected<Account, ipc::Failed> account, HostPlan plan) {
    if (!account) return std::unexpected(account.error());
    plan.account = std::move(*account);
    plan.identity = describe(plan.account);
    return plan;
  }

  static std::expected<HostPlan, ipc::Failed> plan_operations(Requests& requests, const ipc::StartHost& request,
                                                              HostPlan plan) {
    const auto& plugins = plan.application->plugins;
    const auto plugin = std::ranges::find(plugins, request.plugin, &config::Plugin::name);
    if (plugin == plugins.end() || !plugin->enabled) {
      return std::unexpected(failed(error_not_found, "no such plug-in"));
    }
    plan.plugin = &*plugin;
    if (!plugin->run_as_user.empty())
      return as_account(requests.tokens_.run_as_account(plugin->run_as_user), std::move(plan));
    if (request.token.empty()) return as_account(requests.tokens_.service_account(), std::move(plan));
    const Token* token = requests.tokens_.find(request.token);
    if (token == nullptr) return std::unexpected(failed(error_invalid_handle, "the token is not live"));
    if (auto allowed = requests.tokens_.check_root(token->account); !allowed) return std::unexpected(allowed.error());
    plan.account = token->account;
    plan.identity = token->identity;
    plan.token = request.token;
    plan.delegated = token->delegated;
    return plan;
  }
};

namespace {

constexpr unsigned from(Kind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr unsigned any_host = from(Kind::operations_host) | from(Kind::authorization_host);

enum class Phase : std::uint8_t {
  starting,  // before the child has said that it is ready; then never again
  ready
};

struct Row {
  MessageType type;
  unsigned askers;
  Phase phase;
  double burst;  // how many at once, and how many a second after that; more end the child
  double per_second;
  Outcome (*handle)(Requests&, Asker&, const ipc::Frame&);
};

// winrmd-auth says nothing when it is ready: it is from the start. Rates are far above what good children reach (a
// log-in costs winrmd-auth itself some microseconds from its cache, a host a millisecond), and keep one gone mad from
// taking the machine with it.
constexpr std::array table{
    Row{MessageType::net_ready, from(Kind::net), Phase::starting, 1, 0, Handlers::ready},
    Row{MessageType::host_ready, any_host, Phase::starting, 1, 0, Handlers::ready},
    Row{MessageType::mint_login, from(Kind::auth), Phase::ready, 50'000, 100'000, Handlers::mint_login},
    Row{MessageType::start_pam, from(Kind::auth), Phase::ready, 5'000, 5'000, Handlers::start_pam},
    Row{MessageType::mint_account, from(Kind::authorization_host), Phase::ready, 10'000, 10'000,
        Handlers::mint_account},
    Row{MessageType::describe_token, any_host, Phase::ready, 50'000, 100'000, Handlers::describe_token},
    Row{MessageType::release_token, from(Kind::net) | from(Kind::auth) | from(Kind::authorization_host), Phase::ready,
        100'000, 200'000, Handlers::release_token},
    Row{MessageType::start_host, from(Kind::net), Phase::ready, 5'000, 1'000, Handlers::start_host},
    Row{MessageType::end_host, from(Kind::net), Phase::ready, 5'000, 1'000, Handlers::end_host},
    Row{MessageType::reloaded, from(Kind::net) | from(Kind::auth), Phase::ready, 100, 10, Handlers::reloaded},
};

bool take_one(const Row& row, Bucket& bucket, Clock::time_point now) {
  if (bucket.filled == Clock::time_point{}) {
    bucket = {.left = row.burst, .filled = now};
  }
  const std::chrono::duration<double> passed = now - bucket.filled;
  bucket.left = std::min(row.burst, bucket.left + passed.count() * row.per_second);
  bucket.filled = now;
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::auth:
      return "auth";
    case Kind::net:
      return "net";
    case Kind::operations_host:
      return "operations_host";
    case Kind::authorization_host:
      break;
  }
  return "authorization_host";
}

Requests::Requests(SharedSettings settings, bool privileged, Account running, Tokens& tokens, AccountLookup lookup,
                   HostStarter& starter)
    : settings_(std::move(settings)),
      privileged_(privileged),
      running_(std::move(running)),
      tokens_(tokens),
      lookup_(std::move(lookup)),
      starter_(starter) {}

Result<std::optional<Reply>> Requests::handle(Asker& asker, const ipc::Frame& frame, Clock::time_point now) {
  const auto type = static_cast<MessageType>(frame.type);
  const auto row = std::ranges::find(table, type, &Row::type);
  if (row == table.end() || (row->askers & from(asker.kind)) == 0) {
    return fail(fmt::format("message {} is not this child's to send", frame.type));
  }
  if (!frame.fds.empty()) return fail(fmt::format("message {} with a descriptor", frame.type));
  if (asker.ready != (row->phase == Phase::ready)) return fail(fmt::format("message {} out of turn", frame.type));
  if (!take_one(*row, asker.buckets[type], now)) return fail(fmt::format("message {} too often", frame.type));
  return row->handle(*this, asker, frame);
}

}  // namespace winrmd::supervisor

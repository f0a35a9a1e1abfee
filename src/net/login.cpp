#include "net/login.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/base64.hpp"
#include "lib/text/guid.hpp"

namespace winrmd::net {
namespace {

constexpr std::chrono::seconds remembered_for{30};
constexpr std::chrono::seconds answer_deadline{30};

// One header for each scheme, as clients expect it; never `NTLM`.
http::Response offer(const Origin& origin, bool close) {
  http::Response response{.status = 401, .headers = {}, .body = {}, .close = close};
  if (origin.basic) response.headers.emplace_back("WWW-Authenticate", R"(Basic realm="WSMAN")");
  return response;
}

}  // namespace

Logins::Logins(asio::io_context& context, Tokens& tokens, Audit& audit)
    : context_(context), tokens_(tokens), audit_(audit), key_(text::random_bytes(32)) {}

void Logins::connect(Fd channel) {
  // The channel before it closes by itself when everything that came through it has been read.
  auth_ = std::make_shared<Link>(context_, std::move(channel));
  auth_->start(
      [this](const ipc::Frame& frame) {
        // An answer that nobody waits for any more: the reference that it hands over is let go at once.
        if (const auto late = ipc::decode<ipc::LoginResult>(frame)) tokens_.adopt(late->token, late->account);
      },
      [] { log::warning("auth_channel_closed"); });
}

void Logins::expire(Link::Clock::time_point now) {
  if (const auto auth = auth_) auth->expire(now);
}

std::array<unsigned char, 32> Logins::digest(std::string_view header) const {
  std::array<unsigned char, 32> result{};
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(header.data()),
       header.size(), result.data(), nullptr);
  return result;
}

asio::awaitable<std::expected<LoginRef, http::Response>> Logins::identify(LoginState& state, const Origin& origin,
                                                                          const http::Request& request) {
  const auto* header = request.header("Authorization");
  if (header == nullptr) {
    // Basic is a property of the request, not of the connection.
    state = {};
    co_return std::unexpected(offer(origin, false));
  }
  constexpr std::string_view scheme = "Basic ";
  if (!origin.basic || !text::istarts_with(*header, scheme) || request.count("Authorization") != 1) {
    state = {};
    co_return std::unexpected(offer(origin, true));
  }
  co_return co_await basic(state, origin, std::string_view(*header).substr(scheme.size()));
}

asio::awaitable<std::expected<LoginRef, http::Response>> Logins::basic(LoginState& state, const Origin& origin,
                                                                       std::string_view header) {
  const auto sum = digest(header);
  if (state.login && Link::Clock::now() < state.valid_until &&
      CRYPTO_memcmp(sum.data(), state.digest.data(), sum.size()) == 0) {
    co_return state.login;
  }
  state = {};
  auto credentials = text::base64_decode(text::trim(header));
  if (!credentials || !credentials->contains(':')) co_return std::unexpected(offer(origin, true));

  const Stopwatch watch;
  if (!auth_ || auth_->closed())
    co_return std::unexpected(http::Response{.status = 503, .headers = {}, .body = {}, .close = true});
  const auto link = auth_;
  const auto id = link->next_id();
  ipc::Login question{id, ipc::Scheme::basic, std::move(*credentials), origin.peer, origin.tls};
  auto waiting = link->call_with_id(id, question, Link::Clock::now() + answer_deadline);
  const auto name = question.token.substr(0, question.token.find(':'));
  text::wipe(question.token);
  auto answer = co_await std::move(waiting);
  const auto result = answer ? ipc::decode<ipc::LoginResult>(*answer) : Result<ipc::LoginResult>(fail("no answer"));
  AuditEntry entry{.event = "login",
                   .user = name,
                   .mechanism = "Basic",
                   .peer = origin.peer,
                   .operation = {},
                   .resource = {},
                   .verdict = "denied",
                   .code = 0,
                   .plugin = {},
                   .taken = watch.elapsed(),
                   .account = {}};
  auto status = result ? result->status : ipc::LoginStatus::unavailable;
  TokenRef token;
  if (status == ipc::LoginStatus::accepted) {
    token = tokens_.adopt(result->token, result->account);
    if (!token) status = ipc::LoginStatus::unavailable;
  }
  if (status == ipc::LoginStatus::unavailable) {
    entry.verdict = "error";
    audit_.write(entry);
    co_return std::unexpected(http::Response{.status = 503, .headers = {}, .body = {}, .close = true});
  }
  if (status != ipc::LoginStatus::accepted) {
    audit_.write(entry);
    co_return std::unexpected(offer(origin, true));
  }
  state.login = std::make_shared<const Login>(Login{result->name, result->mechanism, std::move(token)});
  state.digest = sum;
  state.valid_until = Link::Clock::now() + remembered_for;
  entry.verdict = "allowed";
  entry.user = state.login->name;
  entry.account = state.login->token->account;
  audit_.write(entry);
  co_return state.login;
}

}  // namespace winrmd::net

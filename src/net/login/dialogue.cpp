#include "net/login/dialogue.hpp"

#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "net/content_type.hpp"

namespace winrmd::net {
namespace {

// CredSSP with TLS 1.3 and Kerberos inside takes eight.
constexpr int max_legs = 12;
constexpr std::chrono::seconds remembered_for{30};

}  // namespace

Dialogue::Dialogue(Logins& logins, Origin origin, const tls::ServerSession* tls, std::size_t envelope_limit)
    : logins_(logins), origin_(std::move(origin)), tls_(tls), envelope_limit_(envelope_limit) {}

Dialogue::~Dialogue() = default;

void Dialogue::forget() {
  negotiation_.reset();
  bound_ = {};
  remembered_ = {};
}

void Dialogue::abandon() {
  if (inquiry_) inquiry_->abandon();
  if (negotiation_) negotiation_->abandon();
}

// Nothing of what was known on the connection holds any more.
void Dialogue::refuse(ipc::LoginStatus status) {
  forget();
  turn_->user.reset();
  turn_->refusal = status == ipc::LoginStatus::unavailable ? bare(503, true) : rejection(origin_);
}

asio::awaitable<void> Dialogue::hear(http::Request& request) {
  turn_.emplace();
  is_waiting_ = true;
  co_await listen(request);
  is_waiting_ = false;
}

asio::awaitable<void> Dialogue::listen(http::Request& request) {
  std::optional<Result<Credentials>> credentials;
  for (auto& [name, value] : request.headers) {
    if (!text::iequals(name, "Authorization")) continue;
    // A second one would leave open which counts.
    credentials.emplace(credentials ? Result<Credentials>(fail("two log-ins")) : parse_authorization(value));
    text::wipe(value);
  }
  if (!credentials) co_return co_await without_credentials();
  turn_->has_credentials = true;
  if (!*credentials || !offers(origin_, (*credentials)->scheme)) co_return refuse(ipc::LoginStatus::refused);
  co_await with_credentials(std::move(**credentials));
}

// A connection whose user is its own goes on as that user; a password comes with every request; a certificate is there
// all the time.
asio::awaitable<void> Dialogue::without_credentials() {
  if (negotiation_) {
    negotiation_.reset();
  } else if (bound_.user) {
    turn_->user = bound_.user;
    co_return;
  } else if (offers(origin_, ipc::Scheme::certificate) && tls_ != nullptr && !tls_->peer_certificates().empty()) {
    co_return co_await certificate();
  }
  remembered_ = {};
  turn_->refusal = offer(origin_);
}

asio::awaitable<void> Dialogue::with_credentials(Credentials credentials) {
  switch (credentials.scheme) {
    case ipc::Scheme::basic:
      return basic(std::move(credentials));
    case ipc::Scheme::certificate:
      return certificate();
    case ipc::Scheme::negotiate:
    case ipc::Scheme::kerberos:
    case ipc::Scheme::credssp:
      break;
  }
  return leg(std::move(credentials));
}

asio::awaitable<void> Dialogue::basic(Credentials credentials) {
  const auto colon = credentials.token.find(':');
  if (colon == std::string::npos) co_return refuse(ipc::LoginStatus::refused);
  Question question;
  question.claimed = credentials.token.substr(0, colon);
  question.token = credentials.token;
  co_await ask_each_time(ipc::Scheme::basic, credentials.token, std::move(question));
}

asio::awaitable<void> Dialogue::certificate() {
  Question question;
  if (tls_ != nullptr) question.certificates = tls_->peer_certificates();
  if (question.certificates.empty()) co_return refuse(ipc::LoginStatus::refused);
  co_await ask_each_time(ipc::Scheme::certificate, certificate_profile, std::move(question));
}

// `proof` is what the user is known again by.
asio::awaitable<void> Dialogue::ask_each_time(ipc::Scheme scheme, std::string_view proof, Question question) {
  negotiation_.reset();
  bound_ = {};
  const auto digest = logins_.digest(proof);
  if (remembered_.user && Link::Clock::now() < remembered_.until && same(digest, remembered_.digest)) {
    turn_->user = remembered_.user;
    co_return;
  }
  remembered_ = {};
  inquiry_ = std::make_unique<Inquiry>(logins_, origin_, scheme);
  const auto answer = co_await inquiry_->ask(std::move(question));
  inquiry_.reset();
  if (!answer.login) {
    const bool unavailable = answer.status == ipc::LoginStatus::unavailable;
    co_return refuse(unavailable ? ipc::LoginStatus::unavailable : ipc::LoginStatus::refused);
  }
  remembered_ = {.user = answer.login, .digest = digest, .until = Link::Clock::now() + remembered_for};
  turn_->user = answer.login;
}

// Whoever is logged in, or was about to be, makes way for a new log-in.
void Dialogue::begin(ipc::Scheme scheme) {
  forget();
  scheme_ = scheme;
  legs_ = 0;
  negotiation_ =
      scheme == ipc::Scheme::credssp ? negotiate_credssp(logins_, origin_) : negotiate_gss(logins_, origin_, scheme);
}

asio::awaitable<void> Dialogue::leg(Credentials credentials) {
  const bool may_be_empty = credentials.scheme == ipc::Scheme::credssp;
  if (credentials.token.empty() && !may_be_empty) co_return refuse(ipc::LoginStatus::refused);
  if (!negotiation_ || scheme_ != credentials.scheme) begin(credentials.scheme);
  if (++legs_ > max_legs) {
    log::warning("login_too_many_legs", {{"peer", origin_.peer}});
    co_return refuse(ipc::LoginStatus::refused);
  }
  conclude(co_await negotiation_->advance(std::move(credentials.token)));
}

void Dialogue::conclude(Leg leg) {
  switch (leg.status) {
    case ipc::LoginStatus::more:
      turn_->in_between = true;
      turn_->refusal = next_leg(scheme_, leg.token);
      return;
    case ipc::LoginStatus::accepted:
      negotiation_.reset();
      if (!leg.login) return refuse(ipc::LoginStatus::unavailable);
      if (origin_.needs_sealing() && !leg.protection) {
        log::info("login_cannot_seal", {{"peer", origin_.peer}, {"user", leg.login->name}});
        return refuse(ipc::LoginStatus::refused);
      }
      bound_ = {.user = std::move(leg.login), .protection = std::move(leg.protection)};
      turn_->user = bound_.user;
      if (!leg.token.empty()) turn_->greeting = challenge(scheme_, leg.token);
      return;
    case ipc::LoginStatus::refused:
      refuse(leg.status);
      // CredSSP says why in a way that tells nothing about users; other tokens confuse clients here.
      if (scheme_ == ipc::Scheme::credssp && !leg.token.empty())
        turn_->refusal->headers = next_leg(scheme_, leg.token).headers;
      return;
    case ipc::LoginStatus::unavailable:
      return refuse(leg.status);
  }
}

std::optional<http::Response> Dialogue::open(http::Request& request) {
  if (turn_->refusal) return std::exchange(turn_->refusal, std::nullopt);
  if (request.body.empty() && (bound_.user || !turn_->has_credentials)) {
    // It ends a log-in of several legs. Without credentials it asks for a challenge, also where the connection has a
    // user: some clients begin every message like this, and log in anew.
    return turn_->has_credentials ? reply(bare(200, false)) : offer(origin_);
  }
  if (is_sealed(request)) return open_sealed(request);
  if (origin_.needs_sealing() && is_soap(request)) return reply(bare(500, false));
  if (request.body.size() > envelope_limit_) return reply(bare(413, true));
  return std::nullopt;
}

std::optional<http::Response> Dialogue::open_sealed(http::Request& request) {
  auto form = open_request(request, bound_.protection.get(), envelope_limit_);
  if (form) {
    turn_->form = *form;
    return std::nullopt;
  }
  log::info("sealed_message_refused",
            {{"peer", origin_.peer}, {"user", turn_->user->name}, {"error", form.error().reason}});
  forget();  // its counters are out of step, or somebody else is at work
  return bare(form.error().status, true);
}

http::Response Dialogue::reply(http::Response response) {
  if (turn_->form) {
    if (const auto sealed = seal_response(response, *bound_.protection, *turn_->form); !sealed) {
      log::error("sealing_failed", {{"peer", origin_.peer}, {"error", sealed.error().message}});
      forget();
      response = bare(500, true);
    }
  }
  if (!turn_->greeting.empty()) response.headers.emplace_back("WWW-Authenticate", std::move(turn_->greeting));
  return response;
}

}  // namespace winrmd::net

#include "net/login/inquiry.hpp"

#include "lib/ipc/messages_shell.hpp"
#include "lib/text/ascii.hpp"
#include "net/login/authorization.hpp"

namespace winrmd::net {
namespace {

constexpr std::chrono::seconds answer_deadline{30};

}  // namespace

Question::~Question() { text::wipe(token); }

Answer::~Answer() { text::wipe(context); }

Inquiry::Inquiry(Logins& logins, const Origin& origin, ipc::Scheme scheme)
    : logins_(logins),
      origin_(origin),
      scheme_(scheme),
      link_(logins.auth()),
      connection_(link_ ? link_->next_id() : 0) {}

Inquiry::~Inquiry() {
  if (open_ && !link_->closed()) link_->post(ipc::Cancel{}, connection_);
}

ipc::Login Inquiry::message(Question question) const {
  ipc::Login result;
  result.connection = connection_;
  result.scheme = scheme_;
  result.token = std::move(question.token);
  result.peer = origin_.peer;
  result.tls = origin_.tls();
  result.binding = origin_.tls() ? origin_.listener->channel_binding : ipc::ChannelBinding::none;
  result.channel_binding = origin_.channel_binding;
  result.public_key = std::move(question.public_key);
  result.certificates = std::move(question.certificates);
  return result;
}

asio::awaitable<Answer> Inquiry::ask(Question question) {
  const Stopwatch watch;
  const auto claimed = std::move(question.claimed);
  auto login = message(std::move(question));
  Answer answer;
  if (link_ && !link_->closed()) {
    open_ = true;
    waiting_ = link_->next_id();
    auto call = link_->call_with_id(waiting_, login, Link::Clock::now() + answer_deadline);
    text::wipe(login.token);
    auto result = co_await std::move(call);
    waiting_ = 0;
    auto taken = take(std::move(result));
    record(taken, claimed, watch.elapsed());
    co_return taken;
  }
  text::wipe(login.token);
  record(answer, claimed, watch.elapsed());
  co_return answer;
}

Answer Inquiry::take(CallResult result) {
  Answer answer;
  if (!result) return answer;
  auto message = ipc::decode<ipc::LoginResult>(*result);
  text::wipe(result->fields);
  if (!message) return answer;
  open_ = message->status == ipc::LoginStatus::more;
  answer.status = message->status;
  answer.reply = std::move(message->reply);
  answer.name = message->name;
  answer.sealing = message->sealing;
  answer.context = message->context;
  text::wipe(message->context);
  auto token = logins_.tokens().adopt(message->token, message->account);
  if (answer.status != ipc::LoginStatus::accepted) return answer;
  if (!token) {
    answer.status = ipc::LoginStatus::unavailable;
    return answer;
  }
  answer.login = std::make_shared<const Login>(Login{.name = std::move(message->name),
                                                     .mechanism = std::move(message->mechanism),
                                                     .token = std::move(token),
                                                     .certificate = std::move(message->certificate),
                                                     .uid = message->uid,
                                                     .gid = message->gid,
                                                     .groups = std::move(message->groups)});
  return answer;
}

void Inquiry::record(const Answer& answer, std::string_view claimed, std::chrono::microseconds taken) {
  if (answer.status == ipc::LoginStatus::more) return;
  AuditEntry entry{.event = "login",
                   .user = claimed.empty() ? std::string_view(answer.name) : claimed,
                   .mechanism = scheme_ == ipc::Scheme::certificate ? "Certificate" : scheme_name(scheme_),
                   .peer = origin_.peer,
                   .operation = {},
                   .resource = {},
                   .verdict = answer.status == ipc::LoginStatus::refused ? "denied" : "error",
                   .code = 0,
                   .plugin = {},
                   .taken = taken,
                   .account = {}};
  if (answer.login) {
    entry.verdict = "allowed";
    entry.user = answer.login->name;
    entry.mechanism = answer.login->mechanism;
    entry.account = answer.login->token->account;
  }
  logins_.audit().write(entry);
}

void Inquiry::abandon() {
  if (waiting_ != 0) link_->abandon(waiting_);
}

}  // namespace winrmd::net

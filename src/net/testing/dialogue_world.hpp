// The log-in of one connection, and a test in the place of the client, of winrmd-auth and of the service.
#pragma once

#include <deque>

#include "lib/text/base64.hpp"
#include "net/login/dialogue.hpp"
#include "net/testing/gate_world.hpp"

namespace winrmd::net::testing {

// One request of the client.
struct Says {
  std::string authorization{};  // empty: none
  std::string body{};
  std::string type = "application/soap+xml;charset=UTF-8";
};

inline std::string negotiate(std::string_view token) { return "Negotiate " + text::base64_encode(token); }

inline const std::string* header(const http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return &value;
  }
  return nullptr;
}
// All WWW-Authenticate headers, one in a line.
inline std::string challenges(const http::Response& response) {
  std::string result;
  for (const auto& [name, value] : response.headers) {
    if (name == "WWW-Authenticate") result += value + '\n';
  }
  return result;
}

class DialogueWorld {
 public:
  static constexpr std::size_t envelope_limit = 10'000;

  explicit DialogueWorld(const ipc::ListenerSetup& listener, const tls::ServerSession* tls = nullptr)
      : dialogue(std::in_place, logins,
                 Origin{.peer = "192.0.2.1",
                        .listener = std::make_shared<const ipc::ListenerSetup>(listener),
                        .channel_binding = listener.tls ? "tls-server-end-point:hash" : ""},
                 tls, envelope_limit) {
    link_->start([](const ipc::Frame&) {}, [] {});
    logins.connect(std::move(auth_ends_.second));
  }

  // The answer to a request. What the dialogue asks of winrmd-auth is answered by `auth_says`, and kept in `asked`.
  http::Response say(const Says& says) {
    request_ = {};
    request_.method = "POST";
    if (!says.authorization.empty()) request_.headers.emplace_back("Authorization", says.authorization);
    if (!says.type.empty()) request_.headers.emplace_back("Content-Type", says.type);
    request_.body = says.body;
    request_.has_body = !says.body.empty();
    Task<http::Response> task(loop, turn(*dialogue, request_, served_user));
    EXPECT_TRUE(loop.until([&] {
      if (!task.done()) answer();
      return task.done();
    }));
    dialogue->next();
    return task.get();
  }

  // How winrmd-auth answers each question, in order; the last one goes on.
  std::move_only_function<ipc::LoginResult(ipc::Login&)> auth_says = [](ipc::Login&) { return ipc::LoginResult{}; };
  std::vector<ipc::Login> asked;
  Login served_user;  // of the last request that was served; without the token
  std::vector<std::uint64_t> cancelled;

  static ipc::LoginResult result(ipc::LoginStatus status, std::string reply = {}) {
    ipc::LoginResult made;
    made.status = status;
    made.reply = std::move(reply);
    return made;
  }
  ipc::LoginResult accepted(std::string name, std::string reply = {}) {
    auto made = result(ipc::LoginStatus::accepted, std::move(reply));
    made.name = std::move(name);
    made.mechanism = "Negotiate";
    made.account = made.name;
    made.uid = 1000;
    made.gid = 100;
    made.groups = {100, 27};
    made.token = "token " + std::to_string(++tokens_given_);
    return made;
  }
  // The tokens that were given back so far.
  std::vector<std::string> released() {
    loop.settle();
    while (const auto frame = supervisor.next()) {
      if (const auto message = ipc::decode<ipc::ReleaseToken>(*frame)) released_.push_back(message->token);
    }
    return released_;
  }
  // What was cancelled, once everything that is under way has arrived.
  const std::vector<std::uint64_t>& cancels() {
    loop.settle();
    answer();
    return cancelled;
  }
  [[nodiscard]] std::string audited() const { return content_of(audit_file_.get()); }
  [[nodiscard]] const http::Request& heard() const { return request_; }

  Loop loop;

 private:
  std::pair<Peer, Fd> supervisor_ends_ = Peer::make(loop);
  std::pair<Peer, Fd> auth_ends_ = Peer::make(loop);

 public:
  Peer supervisor{std::move(supervisor_ends_.first)};
  Peer auth{std::move(auth_ends_.first)};

 private:
  // As Connection does it.
  static asio::awaitable<http::Response> turn(Dialogue& dialogue, http::Request& request, Login& user) {
    co_await dialogue.hear(request);
    if (auto answer = dialogue.open(request)) co_return std::move(*answer);
    user = *dialogue.user();
    user.token.reset();  // kept by nobody but the dialogue
    http::Response served{.status = 200,
                          .headers = {{"Content-Type", "application/soap+xml;charset=UTF-8"}},
                          .body = dialogue.user()->name + " got " + request.body,
                          .close = false};
    co_return dialogue.reply(std::move(served));
  }
  void answer() {
    while (auto frame = auth.next()) {
      if (ipc::decode<ipc::Cancel>(*frame)) {
        cancelled.push_back(frame->id);
        continue;
      }
      auto login = ipc::decode<ipc::Login>(*frame);
      ASSERT_TRUE(login);
      auth.send(auth_says(*login), frame->id);
      asked.push_back(std::move(*login));
    }
  }

  std::shared_ptr<Link> link_ =
      std::make_shared<Link>(loop.context, std::move(supervisor_ends_.second), ipc::Descriptors::take);
  Tokens tokens_{link_};
  Fd audit_file_ = memory_file();
  Audit audit_{Fd(::dup(audit_file_.get()))};
  http::Request request_;
  std::uint64_t tokens_given_ = 0;
  std::vector<std::string> released_;

 public:
  Logins logins{loop.context, tokens_, audit_};
  std::optional<Dialogue> dialogue;  // to be reset: the connection ends
};

}  // namespace winrmd::net::testing

// One log-in as winrmd-auth sees it: a context there, from the first leg until it is complete, refused, or given up.
#pragma once

#include <string>
#include <vector>

#include "lib/ipc/messages_login.hpp"
#include "net/login/logins.hpp"
#include "net/login/origin.hpp"

namespace winrmd::net {

// One leg's question. The token is wiped once it is sent.
struct Question {
  Question() = default;
  explicit Question(std::string t) : token(std::move(t)) {}
  Question(Question&&) = default;
  Question& operator=(Question&&) = delete;
  ~Question();

  std::string token{};
  std::string public_key{};                 // CredSSP
  std::vector<std::string> certificates{};  // client certificates
  std::string claimed{};                    // for the audit log: who the client says it is, where that is known
};

// What winrmd-auth said. Holds keys, which are wiped with it.
struct Answer {
  ipc::LoginStatus status = ipc::LoginStatus::unavailable;
  std::string reply{};  // token for the client
  std::string name{};   // who tried, also of a refused one where that is known
  LoginRef login{};     // of an accepted one
  ipc::Sealing sealing = ipc::Sealing::none;
  std::string context{};

  Answer() = default;
  Answer(Answer&&) = default;
  Answer& operator=(Answer&&) = delete;
  ~Answer();
};

class Inquiry {
 public:
  Inquiry(Logins& logins, const Origin& origin, ipc::Scheme scheme);
  Inquiry(const Inquiry&) = delete;
  Inquiry& operator=(const Inquiry&) = delete;
  // Tells winrmd-auth to forget the context when it still has one.
  ~Inquiry();

  // Writes the audit log when the log-in is over. One question at a time; this object must live on until the answer.
  asio::awaitable<Answer> ask(Question question);
  // Gives up the question that waits for its answer: it is `unavailable`.
  void abandon();

 private:
  ipc::Login message(Question question) const;
  Answer take(CallResult result);
  void record(const Answer& answer, std::string_view claimed, std::chrono::microseconds taken);

  Logins& logins_;
  const Origin& origin_;
  ipc::Scheme scheme_;
  std::shared_ptr<Link> link_;    // the context is at its other end
  std::uint64_t connection_ = 0;  // the context's number
  std::uint64_t waiting_ = 0;     // frame id of the question under way
  bool open_ = false;             // winrmd-auth may have a context
};

}  // namespace winrmd::net

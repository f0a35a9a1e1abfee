// The service with one text shell plug-in, and a test in the place of the supervisor, of winrmd-auth, of hosts, and of
// clients (over TCP on loopback).
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/ipc/messages_login.hpp"
#include "lib/text/base64.hpp"
#include "net/server.hpp"
#include "net/testing/gate_world.hpp"

namespace winrmd::net::testing {

inline constexpr std::string_view cmd_resource = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd";
inline constexpr std::string_view shell_actions = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/";

inline ipc::NetSetup service_setup() {
  ipc::NetSetup setup;
  Application application = application_with_plugin();
  application.authorization_name.clear();
  Plugin plugin;
  plugin.name = "cmd";
  plugin.file = "shell.so";
  plugin.resources.push_back({.uri = std::string(cmd_resource)});
  application.plugins.push_back(plugin);
  setup.applications.push_back(application);
  setup.limits = {.max_envelope_size = 512'000,
                  .max_operation_timeout_ms = 60'000,
                  .max_connections = 100,
                  .request_read_timeout_ms = 120'000,
                  .connection_idle_timeout_ms = 180'000,
                  .shell_idle_timeout_ms = 7'200'000,
                  .max_shell_idle_timeout_ms = 7'200'000,
                  .max_shells_per_user = 3,
                  .max_operations_per_user = 100,
                  .max_commands_per_shell = 2};
  return setup;
}

// A message about the text shell.
struct Message {
  std::string action;
  std::string body;
  std::string shell;  // selector; empty: none
  std::string timeout = "PT60S";
  std::string headers{};  // more of them

  [[nodiscard]] std::string envelope() const {
    std::string selectors;
    if (!shell.empty()) {
      selectors = R"(<w:SelectorSet><w:Selector Name="ShellId">)" + shell + "</w:Selector></w:SelectorSet>";
    }
    return R"(<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope")"
           R"( xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing")"
           R"( xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd")"
           R"( xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"><s:Header><a:Action>)" +
           action + "</a:Action><a:MessageID>uuid:1</a:MessageID><w:ResourceURI>" + std::string(cmd_resource) +
           "</w:ResourceURI><w:OperationTimeout>" + timeout + "</w:OperationTimeout>" + selectors + headers +
           "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
  }
};
inline Message create_message(const std::string& id = {}) {
  const auto attribute = id.empty() ? std::string() : " ShellId=\"" + id + '"';
  return {"http://schemas.xmlsoap.org/ws/2004/09/transfer/Create", "<rsp:Shell" + attribute + "/>", {}};
}
inline Message command_message(const std::string& shell, const std::string& id, const std::string& timeout = "PT60S") {
  return {std::string(shell_actions) + "Command",
          "<rsp:CommandLine CommandId=\"" + id + "\"><rsp:Command>run</rsp:Command></rsp:CommandLine>", shell, timeout};
}
inline Message receive_message(const std::string& shell, const std::string& command) {
  return {
      std::string(shell_actions) + "Receive",
      "<rsp:Receive><rsp:DesiredStream CommandId=\"" + command + "\">stdout stderr</rsp:DesiredStream></rsp:Receive>",
      shell};
}

inline std::string authorization(std::string_view user) {
  return "Authorization: Basic " + text::base64_encode(std::string(user) + ":secret") + "\r\n";
}

// A client's socket, without any knowledge of HTTP beyond where a reply ends.
class Client {
 public:
  Client(Loop& loop, std::uint16_t port, int receive_buffer = 0) : loop_(&loop) {
    fd_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (receive_buffer > 0) ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    address.sin_port = ::htons(port);
    EXPECT_EQ(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }

  // Sends as much as the socket takes, for a text that it cannot hold at once while the loop runs.
  void send(std::string_view text) {
    EXPECT_TRUE(loop_->until([&] {
      const auto sent = ::send(fd_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
      return text.empty() || (sent < 0 && errno != EAGAIN);
    }));
  }
  void post(std::string_view user, const std::string& body, std::string_view more_headers = {}) {
    send("POST /wsman HTTP/1.1\r\nHost: host:5985\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n" +
         (user.empty() ? std::string() : authorization(user)) + std::string(more_headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  void post(std::string_view user, const Message& message, std::string_view more_headers = {}) {
    post(user, message.envelope(), more_headers);
  }
  // The next reply, with its body; empty when the connection ends instead.
  std::string reply() {
    std::string result;
    loop_->until([&] {
      receive();
      const auto end = input_.find("\r\n\r\n");
      if (end == std::string::npos) return closed_;
      const auto length = input_.find("Content-Length: ");
      const auto body = length < end ? std::stoul(input_.substr(length + 16)) : 0UL;
      if (input_.size() < end + 4 + body) return closed_;
      result = input_.substr(0, end + 4 + body);
      input_.erase(0, end + 4 + body);
      return true;
    });
    return result;
  }
  // True when the server has closed the connection, or does so now.
  bool ended() {
    return loop_->until([this] {
      receive();
      return closed_;
    });
  }
  [[nodiscard]] bool was_reset() const { return reset_; }
  // True when nothing has come and nothing that can run now sends anything.
  bool silent() {
    loop_->settle();
    receive();
    return input_.empty() && !closed_;
  }
  void close() { fd_.reset(); }
  void half_close() { ::shutdown(fd_.get(), SHUT_WR); }
  // With a reset instead of a goodbye.
  void abort() {
    const linger now{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    fd_.reset();
  }

 private:
  void receive() {
    char buffer[65536];
    for (;;) {
      const auto got = ::recv(fd_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
      if (got > 0) {
        input_.append(buffer, static_cast<std::size_t>(got));
        continue;
      }
      closed_ = got == 0 || errno != EAGAIN;
      reset_ = reset_ || (got < 0 && errno == ECONNRESET);
      return;
    }
  }

  Loop* loop_;
  Fd fd_;
  std::string input_;
  bool closed_ = false;
  bool reset_ = false;
};

struct ServiceWorld {
  Loop loop;
  std::pair<Peer, Fd> supervisor_ends = Peer::make(loop);
  std::pair<Peer, Fd> auth_ends = Peer::make(loop);
  Peer supervisor{std::move(supervisor_ends.first)};
  Peer auth{std::move(auth_ends.first)};
  std::shared_ptr<Link> link =
      std::make_shared<Link>(loop.context, std::move(supervisor_ends.second), ipc::Descriptors::take);
  Fd audit_file = memory_file();
  std::uint16_t port = 0;
  std::unique_ptr<Server> server;
  std::uint64_t logins = 0;

  explicit ServiceWorld(ipc::NetSetup setup = service_setup()) {
    Fd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listening) throw std::runtime_error("no socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listening.get(), 100), 0);
    ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port = ::ntohs(address.sin_port);
    if (setup.listeners.empty()) setup.listeners.push_back({.basic = true, .allow_unencrypted = true});
    std::vector<Fd> sockets;
    sockets.push_back(std::move(listening));
    auto made = Server::create(loop.context, link, std::move(setup), std::move(auth_ends.second),
                               Fd(::dup(audit_file.get())), std::move(sockets));
    EXPECT_TRUE(made);
    server = std::move(*made);
    link->start([](const ipc::Frame&) {}, [] {});
    server->start();
  }

  Client client(int receive_buffer = 0) { return {loop, port, receive_buffer}; }
  // winrmd-auth says yes to the log-in that it is asked about.
  void accept_login() {
    const auto question = auth.take<ipc::Login>();
    ipc::LoginResult result;
    result.status = ipc::LoginStatus::accepted;
    result.name = question.message.token.substr(0, question.message.token.find(':'));
    result.mechanism = "Basic";
    result.account = result.name;
    result.token = "token " + std::to_string(++logins);
    auth.send(result, question.id);
  }
  void refuse_login() {
    ipc::LoginResult result;
    result.status = ipc::LoginStatus::refused;
    auth.send(result, auth.take<ipc::Login>().id);
  }
  // Answers the request for a host; the test plays it.
  Peer start_host() {
    const auto question = supervisor.take<ipc::StartHost>();
    auto [far, fd] = Peer::make(loop);
    const std::array fds{fd.get()};
    supervisor.send(ipc::HostStarted{1, "account"}, question.id, fds);
    return std::move(far);  // a binding: not moved by itself
  }
  // As if time had passed, for connections and everything else.
  void pass(std::chrono::milliseconds time) {
    loop.settle();
    server->look(Link::Clock::now() + time);
    loop.settle();
  }
  [[nodiscard]] std::string audited() const { return content_of(audit_file.get()); }
};

// A client with a shell and its host.
struct OpenShell {
  ServiceWorld& world;
  Client client;
  std::uint64_t creation = 0;
  Peer host;
  static constexpr const char* id = "11111111-1111-1111-1111-111111111111";

  explicit OpenShell(ServiceWorld& w) : world(w), client(w.client()), host(open()) {}

  // A command, which the host accepts; the frame that created it.
  std::uint64_t start(const std::string& command) {
    client.post("alice", command_message(id, command));
    const auto created = host.take<ipc::CommandCreate>();
    host.send(ipc::Done{}, created.id);
    EXPECT_NE(client.reply().find("CommandResponse"), std::string::npos);
    return created.id;
  }

 private:
  Peer open() {
    client.post("alice", create_message(id));
    world.accept_login();
    auto far = world.start_host();
    creation = far.take<ipc::ShellCreate>().id;
    far.send(ipc::ShellCreated{.supports_connect = true}, creation);
    EXPECT_NE(client.reply().find("ResourceCreated"), std::string::npos);
    return far;
  }
};

}  // namespace winrmd::net::testing

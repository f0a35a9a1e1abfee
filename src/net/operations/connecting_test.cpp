// Disconnect, Reconnect and Connect, with a test in the place of the host.
#include "net/testing/service_world.hpp"

namespace winrmd::net::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string command = "22222222-2222-2222-2222-222222222222";

constexpr std::uint32_t timed_out = 2150858793;
constexpr std::uint32_t disconnected = 2150859204;
constexpr std::uint32_t not_supported = 2150859205;
constexpr std::uint32_t session_mismatch = 2150859206;
constexpr std::uint32_t in_use = 2150859213;
constexpr std::uint32_t command_not_valid = 2150859219;
constexpr std::uint32_t out_of_bounds = 2150859250;

// 0 for a reply that is no fault.
std::uint32_t code_of(const std::string& reply) {
  if (reply.starts_with("HTTP/1.1 200")) return 0;
  const auto at = reply.find(" Code=\"");
  return at == std::string::npos ? 1 : static_cast<std::uint32_t>(std::stoul(reply.substr(at + 7)));
}

Message shell_message(std::string_view action, std::string body = {}, const std::string& session = {}) {
  Message message{std::string(shell_actions) + std::string(action), std::move(body), OpenShell::id};
  if (!session.empty()) {
    message.headers = R"(<p:SessionId xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd">uuid:)" + session +
                      "</p:SessionId>";
  }
  return message;
}

struct Disconnected {
  ServiceWorld world;
  OpenShell shell{world};

  ipc::ShellState leave(const std::string& body = "<rsp:Disconnect/>") {
    shell.client.post("alice", shell_message("Disconnect", body));
    const auto asked = shell.host.take<ipc::ShellState>();
    shell.host.send(ipc::Done{}, asked.id);
    EXPECT_EQ(code_of(shell.client.reply()), 0U);
    return asked.message;
  }
  std::uint32_t refused(const Message& message) {
    shell.client.post("alice", message);
    return code_of(shell.client.reply());
  }
  std::string state() {
    shell.client.post("alice", Message{"http://schemas.xmlsoap.org/ws/2004/09/transfer/Get", "", OpenShell::id});
    const auto reply = shell.client.reply();
    const auto at = reply.find("<rsp:State>");
    return at == std::string::npos ? std::string() : reply.substr(at + 11, reply.find("</rsp:State>") - at - 11);
  }
};

TEST(Disconnect, TellsTheHostAndRefusesEverythingButManagementUntilTheClientIsBack) {
  Disconnected it;
  it.shell.start(command);
  EXPECT_EQ(it.state(), "Connected");
  const auto told = it.leave();
  EXPECT_FALSE(told.connected);
  EXPECT_FALSE(told.drop);
  EXPECT_EQ(it.state(), "Disconnected");
  EXPECT_EQ(it.refused(command_message(OpenShell::id, command)), disconnected);
  EXPECT_EQ(it.refused(receive_message(OpenShell::id, command)), disconnected);
  EXPECT_EQ(it.refused(shell_message("Signal", "<rsp:Signal><rsp:Code>x</rsp:Code></rsp:Signal>")), disconnected);
  EXPECT_EQ(it.refused(shell_message("Send", "<rsp:Send><rsp:Stream Name=\"stdin\"></rsp:Stream></rsp:Send>")),
            disconnected);
  EXPECT_EQ(it.refused(shell_message("Disconnect")), disconnected);
  EXPECT_EQ(it.refused(shell_message("Reconnect", "<rsp:Reconnect CommandId=\"" + command + "\"/>")),
            command_not_valid);
  EXPECT_TRUE(it.shell.host.silent());
  it.shell.client.post("alice", shell_message("Reconnect"));
  const auto back = it.shell.host.take<ipc::ShellState>();
  EXPECT_TRUE(back.message.connected);
  it.shell.host.send(ipc::Done{}, back.id);
  EXPECT_EQ(code_of(it.shell.client.reply()), 0U);
  EXPECT_EQ(it.state(), "Connected");
  it.shell.start("33333333-3333-3333-3333-333333333333");
}

TEST(Disconnect, BodiesAreReadOrRefused) {
  for (const auto& [body, drop] : std::vector<std::pair<std::string, bool>>{
           {"", false},
           {"<rsp:Disconnect><rsp:BufferMode>Drop</rsp:BufferMode></rsp:Disconnect>", true},
           {"<rsp:Disconnect><rsp:IdleTimeOut>PT600S</rsp:IdleTimeOut><rsp:BufferMode>block</rsp:BufferMode>"
            "</rsp:Disconnect>",
            false}}) {
    Disconnected it;
    EXPECT_EQ(it.leave(body).drop, drop) << body;
  }
  Disconnected it;
  const auto with = [&it](const std::string& content) {
    return it.refused(shell_message("Disconnect", "<rsp:Disconnect>" + content + "</rsp:Disconnect>"));
  };
  EXPECT_EQ(with("<rsp:BufferMode>Sometimes</rsp:BufferMode>"), 2150858817U);
  EXPECT_EQ(with("<rsp:IdleTimeOut>soon</rsp:IdleTimeOut>"), 2150858817U);
  EXPECT_EQ(with("<rsp:IdleTimeOut>PT59.999S</rsp:IdleTimeOut>"), out_of_bounds);
  EXPECT_EQ(with("<rsp:IdleTimeOut>PT7200.001S</rsp:IdleTimeOut>"), out_of_bounds);
  EXPECT_EQ(it.refused(shell_message("Disconnect", "<rsp:Else/>")), 2150858817U);
  EXPECT_EQ(it.state(), "Connected");
}

TEST(Disconnect, ItsIdleTimeoutDecidesHowLongTheShellWaits) {
  Disconnected it;
  it.leave("<rsp:Disconnect><rsp:IdleTimeOut>PT60S</rsp:IdleTimeOut></rsp:Disconnect>");
  it.world.pass(seconds(59));
  EXPECT_TRUE(it.shell.host.silent());
  it.world.pass(seconds(61));
  it.shell.host.take<ipc::ShellDelete>();
}

TEST(Disconnect, InputAndSignalsFinishFirst) {
  Disconnected it;
  it.shell.start(command);
  auto sender = it.world.client();
  sender.post("alice",
              shell_message("Signal", "<rsp:Signal CommandId=\"" + command + "\"><rsp:Code>x</rsp:Code></rsp:Signal>"));
  it.world.accept_login();
  const auto signal = it.shell.host.take<ipc::Signal>();
  it.shell.client.post("alice", shell_message("Disconnect"));
  EXPECT_TRUE(it.shell.host.silent());
  it.shell.host.send(ipc::Done{}, signal.id);
  EXPECT_EQ(code_of(sender.reply()), 0U);
  const auto asked = it.shell.host.take<ipc::ShellState>();
  it.shell.host.send(ipc::Done{}, asked.id);
  EXPECT_EQ(code_of(it.shell.client.reply()), 0U);
}

TEST(Disconnect, ThatRunsOutOfTimeLeavesTheShellConnected) {
  Disconnected it;
  it.shell.start(command);
  auto sender = it.world.client();
  sender.post("alice",
              shell_message("Signal", "<rsp:Signal CommandId=\"" + command + "\"><rsp:Code>x</rsp:Code></rsp:Signal>"));
  it.world.accept_login();
  it.shell.host.take<ipc::Signal>();
  auto message = shell_message("Disconnect");
  message.timeout = "PT0.5S";
  it.shell.client.post("alice", message);
  EXPECT_TRUE(it.shell.host.silent());
  it.world.pass(seconds(1));
  EXPECT_EQ(code_of(it.shell.client.reply()), timed_out);
  EXPECT_EQ(it.state(), "Connected");
}

TEST(Disconnect, OfAShellThatEndsMeanwhileSaysSo) {
  Disconnected it;
  it.shell.start(command);
  auto sender = it.world.client();
  sender.post("alice",
              shell_message("Signal", "<rsp:Signal CommandId=\"" + command + "\"><rsp:Code>x</rsp:Code></rsp:Signal>"));
  it.world.accept_login();
  it.shell.host.take<ipc::Signal>();
  it.shell.client.post("alice", shell_message("Disconnect"));
  EXPECT_TRUE(it.shell.host.silent());
  it.shell.host.send(ipc::ShellEnded{OpenShell::id, it.shell.creation});
  EXPECT_EQ(code_of(it.shell.client.reply()), 2150858843U);
}

TEST(Disconnect, IsNotSupportedWhereTheClientDidNotChooseTheIdOrThePluginHasNoConnect) {
  for (const bool chosen : {false, true}) {
    ServiceWorld world;
    auto client = world.client();
    client.post("alice", create_message(chosen ? OpenShell::id : ""));
    world.accept_login();
    auto host = world.start_host();
    const auto created = host.take<ipc::ShellCreate>();
    host.send(ipc::ShellCreated{.supports_connect = !chosen}, created.id);
    EXPECT_EQ(client.reply().find("<rsp:State>"), std::string::npos);
    for (const std::string_view action : {"Disconnect", "Reconnect", "Connect"}) {
      auto message = shell_message(action, action == "Connect" ? "<rsp:Connect/>" : "");
      message.shell = created.message.shell;
      client.post("alice", message);
      EXPECT_EQ(code_of(client.reply()), not_supported) << action;
    }
  }
}

TEST(Reconnect, OfAConnectedShellByItsClientChangesNothing) {
  Disconnected it;
  EXPECT_EQ(it.refused(shell_message("Reconnect")), 0U);
  EXPECT_EQ(it.refused(shell_message("Reconnect", "<rsp:Reconnect/>")), 0U);
  it.shell.start(command);
  EXPECT_EQ(it.refused(shell_message("Reconnect", "<rsp:Reconnect CommandId=\"" + command + "\"/>")), 0U);
  EXPECT_EQ(
      it.refused(shell_message("Reconnect", "<rsp:Reconnect CommandId=\"33333333-3333-3333-3333-333333333333\"/>")),
      2150858843U);
  EXPECT_TRUE(it.shell.host.silent());
}

TEST(Connect, OfAConnectedShellIsRefused) {
  Disconnected it;
  EXPECT_EQ(it.refused(shell_message("Connect", "<rsp:Connect/>")), in_use);
  EXPECT_EQ(it.refused(shell_message("Connect")), 2150858817U);
}

TEST(Connect, AsksThePluginAndCarriesItsAnswer) {
  Disconnected it;
  it.leave();
  it.shell.client.post("alice", shell_message("Connect", R"(<rsp:Connect><c xmlns="urn:c">x</c></rsp:Connect>)"));
  const auto asked = it.shell.host.take<ipc::Connect>();
  EXPECT_TRUE(asked.message.open_content->contains(R"(xmlns="urn:c")"));
  EXPECT_EQ(asked.message.details.sender_name, "alice");
  // Nobody else may, while the plug-in thinks about it.
  auto other = it.world.client();
  other.post("alice", shell_message("Connect", "<rsp:Connect/>"));
  it.world.accept_login();
  EXPECT_EQ(code_of(other.reply()), in_use);
  it.shell.host.send(ipc::Connected{R"(<r xmlns="urn:r"/>)"}, asked.id);
  const auto reply = it.shell.client.reply();
  EXPECT_NE(
      reply.find("<rsp:ConnectResponse><rsp:InputStreams>stdin</rsp:InputStreams>"
                 "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams><r xmlns=\"urn:r\"/></rsp:ConnectResponse>"),
      std::string::npos)
      << reply;
  EXPECT_EQ(it.state(), "Connected");
}

TEST(Connect, AnAnswerThatIsNoXmlIsAFaultAndTheShellStaysDisconnected) {
  for (const std::string answer : {"plain text", "<a>", "<a/><b/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}) {
    Disconnected it;
    it.leave();
    it.shell.client.post("alice", shell_message("Connect", "<rsp:Connect/>"));
    it.shell.host.send(ipc::Connected{answer}, it.shell.host.take<ipc::Connect>().id);
    EXPECT_EQ(code_of(it.shell.client.reply()), 0x8033816DU) << answer;
    EXPECT_EQ(it.state(), "Disconnected");
  }
}

TEST(Connect, ThatThePluginRefusesOrDoesNotAnswerLeavesTheShellDisconnected) {
  Disconnected it;
  it.leave();
  it.shell.client.post("alice", shell_message("Connect", "<rsp:Connect/>"));
  it.shell.host.send(ipc::Failed{5, {}, true}, it.shell.host.take<ipc::Connect>().id);
  EXPECT_EQ(code_of(it.shell.client.reply()), 5U);
  auto message = shell_message("Connect", "<rsp:Connect/>");
  message.timeout = "PT0.5S";
  it.shell.client.post("alice", message);
  const auto asked = it.shell.host.take<ipc::Connect>();
  it.world.pass(seconds(1));
  EXPECT_EQ(code_of(it.shell.client.reply()), timed_out);
  EXPECT_EQ(it.shell.host.take<ipc::Cancel>().id, asked.id);
  EXPECT_EQ(it.state(), "Disconnected");
}

TEST(Connect, ToACommandFollowsTheOneToTheShell) {
  Disconnected it;
  it.shell.start(command);
  it.leave();
  const auto body = "<rsp:Connect CommandId=\"" + command + "\"/>";
  EXPECT_EQ(it.refused(shell_message("Connect", body)), disconnected);
  it.shell.client.post("alice", shell_message("Connect", "<rsp:Connect/>"));
  it.shell.host.send(ipc::Connected{}, it.shell.host.take<ipc::Connect>().id);
  EXPECT_EQ(code_of(it.shell.client.reply()), 0U);
  it.shell.client.post("alice", shell_message("Connect", body));
  const auto asked = it.shell.host.take<ipc::Connect>();
  EXPECT_EQ(asked.message.command, command);
  it.shell.host.send(ipc::Connected{}, asked.id);
  EXPECT_NE(it.shell.client.reply().find("<rsp:ConnectResponse></rsp:ConnectResponse>"), std::string::npos);
  EXPECT_EQ(it.refused(shell_message("Connect", "<rsp:Connect CommandId=\"33333333-3333-3333-3333-333333333333\"/>")),
            2150858843U);
}

// The session that a client names decides between Reconnect and Connect.
TEST(Sessions, AnotherOneConnectsAndDoesNotReconnect) {
  Disconnected it;  // created without one
  it.leave();
  EXPECT_EQ(it.refused(shell_message("Reconnect", "", "5")), session_mismatch);
  it.shell.client.post("alice", shell_message("Connect", "<rsp:Connect/>", "5"));
  it.shell.host.send(ipc::Connected{}, it.shell.host.take<ipc::Connect>().id);
  EXPECT_EQ(code_of(it.shell.client.reply()), 0U);
  EXPECT_EQ(it.refused(shell_message("Reconnect", "")), session_mismatch);  // it is that client's now
  EXPECT_EQ(it.refused(shell_message("Reconnect", "", "5")), 0U);
  EXPECT_EQ(it.refused(shell_message("Connect", "<rsp:Connect CommandId=\"" + command + "\"/>")), in_use);
}

}  // namespace
}  // namespace winrmd::net::testing

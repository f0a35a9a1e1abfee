#include "host/testing/running_host.hpp"

#include <dlfcn.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace winrmd::host::testing {
namespace {

constexpr std::chrono::seconds patience{20};

}  // namespace

Script& script() {
  // Never closed: the script outlives every host of this process.
  static void* const library = ::dlopen(SCRIPTED_PLUGIN, RTLD_NOW | RTLD_LOCAL);
  static auto* const get = reinterpret_cast<Script* (*)()>(::dlsym(library, "scripted_plugin_script"));
  return *get();
}

RunningHost::RunningHost(ipc::HostSetup setup) {
  auto net = ipc::socket_pair();
  auto control = ipc::socket_pair();
  net_ = std::make_unique<ipc::Channel>(std::move(net->first));
  control_ = std::make_unique<ipc::Channel>(std::move(control->first));
  host_ = std::make_unique<Host>(std::move(setup), std::make_unique<ipc::Channel>(std::move(control->second)),
                                 std::move(net->second));
  exit_ = std::async(std::launch::async, [this] { return host_->run(); });
  net_reader_ = std::thread([this] { read_net(); });
  control_reader_ = std::thread([this] { read_supervisor(); });
}

RunningHost::~RunningHost() {
  if (!ended_) EXPECT_EQ(stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);
  host_.reset();  // closes its ends, so the readers end
  net_reader_.join();
  control_reader_.join();
}

void RunningHost::read_net() {
  for (;;) {
    auto frame = net_->receive();
    if (!frame || !*frame) return;
    std::lock_guard lock(mutex_);
    if ((*frame)->id == 0) {
      events_.push_back(std::move(**frame));
    } else {
      const std::uint64_t id = (*frame)->id;
      EXPECT_TRUE(answers_.emplace(id, std::move(**frame)).second) << "second answer to " << id;
    }
    changed_.notify_all();
  }
}

void RunningHost::read_supervisor() {
  for (;;) {
    auto frame = control_->receive();
    if (!frame || !*frame) return;
    const std::uint64_t id = (*frame)->id;
    std::lock_guard lock(mutex_);
    if (const auto describe = ipc::decode<ipc::DescribeToken>(**frame)) {
      ++supervisor_.described;
      const auto found = supervisor_.tokens.find(describe->token);
      if (found == supervisor_.tokens.end()) {
        EXPECT_TRUE(control_->send(ipc::Failed{.code = code_not_found, .text = "no such token"}, id));
      } else {
        EXPECT_TRUE(control_->send(ipc::TokenDescribed{.identity = found->second}, id));
      }
    } else if (const auto mint = ipc::decode<ipc::MintAccount>(**frame)) {
      supervisor_.mints.push_back(*mint);
      if (!supervisor_.accounts.contains(mint->account)) {
        EXPECT_TRUE(control_->send(ipc::Failed{.code = code_access_denied, .text = "not allowed"}, id));
        continue;
      }
      ipc::TokenMinted minted;
      minted.token = "minted-" + std::to_string(++supervisor_.minted);
      minted.identity.account = mint->account;
      minted.identity.uid = 2000;
      EXPECT_TRUE(control_->send(minted, id));
    } else if (const auto release = ipc::decode<ipc::ReleaseToken>(**frame)) {
      supervisor_.released.push_back(release->token);
    } else if (ipc::decode<ipc::HostReady>(**frame)) {
      supervisor_.ready = true;
    }
    changed_.notify_all();
  }
}

ipc::Frame RunningHost::answer(std::uint64_t id) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [&] { return answers_.contains(id); })) {
    ADD_FAILURE() << "no answer to request " << id;
    return {};
  }
  return std::move(answers_.extract(id).mapped());
}

bool RunningHost::unanswered(std::uint64_t id, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [&] { return answers_.contains(id); });
}

ipc::Frame RunningHost::event(ipc::MessageType type) {
  std::unique_lock lock(mutex_);
  const auto find = [&] { return std::ranges::find(events_, static_cast<std::uint16_t>(type), &ipc::Frame::type); };
  if (!changed_.wait_for(lock, patience, [&] { return find() != events_.end(); })) {
    ADD_FAILURE() << "no message of type " << static_cast<int>(type);
    return {};
  }
  auto frame = std::move(*find());
  events_.erase(find());
  return frame;
}

Exit RunningHost::stop(std::uint32_t reason) {
  EXPECT_TRUE(control_->send(ipc::Stop{.reason = reason}));
  return wait_for_end();
}

Exit RunningHost::close_net() {
  ::shutdown(net_->fd(), SHUT_WR);
  return wait_for_end();
}

Exit RunningHost::wait_for_end() {
  ended_ = true;
  if (exit_.wait_for(patience) == std::future_status::ready) return exit_.get();
  ADD_FAILURE() << "the host does not end";
  std::abort();
}

namespace {

ipc::HostSetup setup(bool authorization) {
  ipc::HostSetup setup;
  setup.authorization = authorization;
  setup.application = "wsman";
  setup.plugins.push_back({.name = "scripted", .file = SCRIPTED_PLUGIN, .initialization_xml = {}});
  setup.token = "own-token";
  setup.identity.login_name = "alice";
  setup.identity.account = "alice";
  setup.identity.uid = 1001;
  setup.identity.gid = 1002;
  setup.identity.groups = {7, 8};
  return setup;
}

}  // namespace

ipc::HostSetup operations_setup() { return setup(false); }
ipc::HostSetup authorization_setup() { return setup(true); }

ipc::RequestDetails details(std::uint32_t timeout_ms) {
  ipc::RequestDetails details;
  details.sender_name = "alice";
  details.mechanism = "Basic";
  details.http_url = "http://host/wsman";
  details.locale = "de-DE";
  details.data_locale = "fr-FR";
  details.resource_uri = "urn:resource";
  details.operation_timeout_ms = timeout_ms;
  details.max_envelope_size = 512'000;
  return details;
}

ipc::ShellCreate shell_create(const std::string& id) {
  ipc::ShellCreate message;
  message.details = details();
  message.plugin = "scripted";
  message.shell = id;
  message.input_streams = {"stdin"};
  message.output_streams = {"stdout", "stderr"};
  return message;
}

ipc::CommandCreate command_create(const std::string& id, const std::string& line) {
  ipc::CommandCreate message;
  message.details = details();
  message.shell = "S";
  message.command = id;
  message.command_line = line;
  return message;
}

ipc::StreamReceive stream_receive(const std::string& command, std::uint32_t timeout_ms) {
  ipc::StreamReceive message;
  message.details = details(timeout_ms);
  message.shell = "S";
  message.command = command;
  message.streams = {"stdout", "stderr"};
  message.max_data = 300'000;
  return message;
}

ipc::StreamSend stream_send(const std::string& data, bool end, const std::string& command) {
  ipc::StreamSend message;
  message.details = details();
  message.shell = "S";
  message.command = command;
  message.stream = "stdin";
  message.data = data;
  message.end = end;
  return message;
}

ipc::Signal signal_terminate(const std::string& command) {
  ipc::Signal message;
  message.details = details();
  message.shell = "S";
  message.command = command;
  message.code = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/terminate";
  return message;
}

std::string text_of(const ipc::Received& received, std::string_view stream) {
  std::string text;
  for (const auto& chunk : received.chunks) {
    if (chunk.stream == stream) text += chunk.data;
  }
  return text;
}

void script_plain_shell() {
  const auto live_until_told = [](WSMAN_PLUGIN_REQUEST* request) {
    WSManPluginRegisterShutdownCallback(
        request, [](void* it) { WSManPluginOperationComplete(static_cast<WSMAN_PLUGIN_REQUEST*>(it), 0, 0, nullptr); },
        request);
    WSManPluginReportContext(request, 0, request);
  };
  script() = {};
  script().shell = [live_until_told](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) { live_until_told(request); };
  script().command = [live_until_told](WSMAN_PLUGIN_REQUEST* request, PVOID, PCWSTR, auto*) {
    live_until_told(request);
  };
  const auto complete = [](WSMAN_PLUGIN_REQUEST* request) { WSManPluginOperationComplete(request, 0, 0, nullptr); };
  script().send = [complete](WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PCWSTR, WSMAN_DATA*) { complete(request); };
  script().signal = [complete](WSMAN_PLUGIN_REQUEST* request, PVOID, PCWSTR) { complete(request); };
  script().receive = [](WSMAN_PLUGIN_REQUEST* request, PVOID, auto*) {
    WSManPluginRegisterShutdownCallback(
        request, [](void* it) { WSManPluginOperationComplete(static_cast<WSMAN_PLUGIN_REQUEST*>(it), 0, 0, nullptr); },
        request);
  };
}

}  // namespace winrmd::host::testing

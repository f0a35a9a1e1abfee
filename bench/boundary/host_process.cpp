#include "host_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace winrmd::bench {
namespace {

// Who "asks"; the host takes the supervisor's word for it.
constexpr const char* token = "0123456789abcdef";

ipc::TokenDescription somebody() {
  ipc::TokenDescription who;
  who.login_name = who.account = "somebody";
  who.mechanism = "Basic";
  who.uid = ::getuid();
  who.gid = ::getgid();
  return who;
}

}  // namespace

void give_up(const std::string& why) {
  std::fflush(stdout);
  std::fprintf(stderr, "boundary: %s\n", why.c_str());
  std::_Exit(1);
}

HostProcess::HostProcess(const std::string& program, const std::vector<std::string>& plugins, bool authorization) {
  auto control = ipc::socket_pair();
  auto net = ipc::socket_pair();
  if (!control || !net) give_up("no socket pair");
  pid_ = ::fork();
  if (pid_ < 0) give_up("no process");
  if (pid_ == 0) {
    // dup2() would leave close-on-exec set where the descriptor is in its place already.
    const int channel = ::fcntl(control->second.get(), F_DUPFD, 10);
    ::dup2(channel, 3);
    ::close(channel);
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    ::execl(program.c_str(), program.c_str(), static_cast<char*>(nullptr));
    std::_Exit(127);
  }
  control->second.reset();
  control_ = std::make_unique<ipc::Channel>(std::move(control->first));
  net_ = std::make_unique<ipc::Channel>(std::move(net->first));
  ipc::HostSetup setup;
  setup.authorization = authorization;
  setup.application = "wsman";
  setup.identity = somebody();
  setup.token = token;
  for (const auto& file : plugins) {
    setup.plugins.push_back({.name = std::to_string(setup.plugins.size()), .file = file, .initialization_xml = {}});
  }
  const int fd = net->second.get();
  if (!control_->send(setup, 0, std::span(&fd, 1))) give_up("the host took no setup");
  const auto ready = control_->receive();
  if (!ready || !*ready) give_up("the host did not come up");
  supervisor_ = std::thread([this] { answer_questions(); });
}

HostProcess::~HostProcess() {
  // What it would do in good order is not measured.
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  supervisor_.join();
}

void HostProcess::answer_questions() {
  for (;;) {
    const auto frame = control_->receive();
    if (!frame || !*frame) return;
    if (ipc::decode<ipc::DescribeToken>(**frame)) {
      (void)control_->send(ipc::TokenDescribed{.identity = somebody()}, (*frame)->id);
    }
  }
}

ipc::Frame HostProcess::receive() {
  for (;;) {
    auto frame = net_->receive();
    if (!frame || !*frame) give_up("the host closed its channel");
    if ((*frame)->id != 0) return std::move(**frame);
  }
}

std::uint64_t HostProcess::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

double HostProcess::cpu_microseconds() const {
  double nanoseconds = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/task")) {
    double of_thread = 0;
    std::ifstream(task.path() / "schedstat") >> of_thread;
    nanoseconds += of_thread;
  }
  return nanoseconds / 1e3;
}

ipc::RequestDetails details() {
  ipc::RequestDetails result;
  result.sender_name = "somebody";
  result.mechanism = "Basic";
  result.http_url = "http://localhost:5985/wsman";
  result.resource_uri = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd";
  result.operation_timeout_ms = 600'000;
  result.max_envelope_size = 512'000;
  return result;
}

ipc::AuthzOperation authz_operation(const std::string& resource) {
  ipc::AuthzOperation message;
  message.token = token;
  message.http_url = "http://localhost:5985/wsman";
  message.operation = 8;
  message.action = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create";
  message.resource_uri = resource;
  return message;
}

void open_shell(HostProcess& host, const std::string& shell, const std::string& plugin) {
  ipc::ShellCreate message;
  message.details = details();
  message.plugin = plugin;
  message.shell = shell;
  message.input_streams = {"stdin"};
  message.output_streams = {"stdout", "stderr"};
  host.ask<ipc::ShellCreated>(message);
}

void open_command(HostProcess& host, const std::string& shell, const std::string& command, const std::string& line) {
  ipc::CommandCreate message;
  message.details = details();
  message.shell = shell;
  message.command = command;
  message.command_line = line;
  host.ask<ipc::Done>(message);
}

ipc::StreamReceive stream_receive(const std::string& shell, const std::string& command, std::uint32_t max_data) {
  ipc::StreamReceive message;
  message.details = details();
  message.shell = shell;
  message.command = command;
  message.streams = {"stdout"};
  message.max_data = max_data;
  return message;
}

}  // namespace winrmd::bench

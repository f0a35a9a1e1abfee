// winrmd-net: started by the supervisor with the channel to it as descriptor 3. Everything else it needs comes in the
// first message.
#include <sys/resource.h>

#include <csignal>
#include <exception>

#include "lib/base/process.hpp"
#include "lib/ipc/socket.hpp"
#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "net/server.hpp"

namespace winrmd::net {
namespace {

constexpr int supervisor_fd = 3;

struct Setup {
  ipc::NetSetup message;
  std::vector<Fd> fds;
};

// The one blocking read: nothing is served before the setup is there.
Result<Setup> read_setup(ipc::Channel& channel) {
  auto frame = channel.receive();
  if (!frame) return std::unexpected(frame.error());
  if (!*frame) return fail("the supervisor has closed the channel");
  auto setup = ipc::decode<ipc::NetSetup>(**frame);
  if (!setup) return std::unexpected(setup.error());
  if ((*frame)->fds.size() != setup->listeners.size() + 2) return fail("NetSetup came without its descriptors");
  return Setup{std::move(*setup), std::move((*frame)->fds)};
}

void handle(Server& server, const std::shared_ptr<Link>& supervisor, ipc::Frame frame) {
  if (ipc::decode<ipc::Stop>(frame)) return server.stop();
  if (ipc::decode<ipc::PeerChannel>(frame) && frame.fds.size() == 1) {
    return server.service().logins().connect(std::move(frame.fds[0]));
  }
  if (auto reload = ipc::decode<ipc::NetReload>(frame)) {
    text::wipe(frame.fields);
    const auto done = server.reload(std::move(reload->listeners));
    if (done) server.service().reload(std::move(reload->applications), reload->limits);
    return supervisor->post(ipc::Reloaded{.error = done ? std::string() : done.error().message});
  }
  if (const auto exited = ipc::decode<ipc::HostExited>(frame)) {
    return log::info("host_exited", {{"host", static_cast<std::int64_t>(exited->host)}, {"status", exited->status}});
  }
  // The answer to a start that nobody waits for any more; without its channel the host ends.
  if (ipc::decode<ipc::HostStarted>(frame) || ipc::decode<ipc::Failed>(frame)) return;
  log::error("ipc_unexpected", {{"type", static_cast<std::int64_t>(frame.type)}});
  supervisor->close();
}

// Connections and hosts take a descriptor each: their limits are the configuration's and the supervisor's.
void take_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<void> run() {
  ipc::Channel channel{Fd(supervisor_fd)};
  auto setup = read_setup(channel);
  if (!setup) return std::unexpected(setup.error());
  asio::io_context context(1);
  auto supervisor =
      std::make_shared<Link>(context, Fd(::dup(supervisor_fd)), ipc::Descriptors::take, channel.take_reader());
  std::vector<Fd> listening(std::make_move_iterator(setup->fds.begin() + 2), std::make_move_iterator(setup->fds.end()));
  auto server = Server::create(context, supervisor, std::move(setup->message), std::move(setup->fds[0]),
                               std::move(setup->fds[1]), std::move(listening));
  if (!server) return std::unexpected(server.error());
  supervisor->start([&](ipc::Frame frame) { handle(**server, supervisor, std::move(frame)); }, [&] { context.stop(); });
  (*server)->start();
  supervisor->post(ipc::NetReady{});
  try {
    context.run();
  } catch (const std::exception& bug) {
    return fail(bug.what());
  }
  return {};
}

}  // namespace
}  // namespace winrmd::net

int main() {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for this signal
  // The supervisor decides when to end; a ^C at the terminal goes to the whole group.
  std::signal(SIGINT, SIG_IGN);  // NOLINT(cert-err33-c)
  winrmd::hide_memory();
  winrmd::net::take_all_descriptors();
  winrmd::log::set_process("winrmd-net");
  winrmd::log::set_level_from_environment();
  if (const auto result = winrmd::net::run(); !result) {
    winrmd::log::error("net_failed", {{"error", result.error().message}});
    return 1;
  }
  return 0;
}

#include "auth/server.hpp"

#include <poll.h>

#include <algorithm>

#include "auth/host_names.hpp"
#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::auth {
namespace {

// More than processors: some wait, for the disk (replays of Kerberos tokens), the name service or a KDC
// (ticket_desk.hpp).
unsigned worker_count() { return std::clamp(std::thread::hardware_concurrency(), 4U, 8U); }

}  // namespace

Server::Server(ipc::Channel& supervisor, const ipc::AuthSetup& setup, Fd net)
    : supervisor_(supervisor),
      net_(std::make_unique<ipc::Channel>(std::move(net))),
      logins_(setup, *this, names_, host_names()),
      workers_(worker_count()) {}

Result<void> Server::run() {
  while (!stopped_) {
    wait();
    for (auto& completion : workers_.take_completions()) completion(Clock::now());
    if (auto read = read_supervisor(); !read) return read;
    if (net_) read_net();
  }
  return {};
}

void Server::wait() {
  const auto now = Clock::now();
  const auto next = std::min(pam_.meet_deadlines(now), logins_.answer_due(now));
  int timeout = -1;
  if (next != Clock::time_point::max()) {
    timeout = static_cast<int>(
        std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(next - now).count(), 0, 60'000));
  }
  std::vector<pollfd> fds{{{.fd = supervisor_.fd(), .events = POLLIN, .revents = 0},
                           {.fd = workers_.event_fd(), .events = POLLIN, .revents = 0},
                           {.fd = net_ ? net_->fd() : -1, .events = POLLIN, .revents = 0}}};
  const auto first_pam = fds.size();
  pam_.wait_for(fds);
  if (::poll(fds.data(), fds.size(), timeout) > 0) pam_.serve(fds.data() + first_pam);
}

Result<void> Server::read_supervisor() {
  for (;;) {
    bool closed = false;
    auto frame = supervisor_.receive_now(closed);
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) {
      stopped_ = stopped_ || closed;
      return {};
    }
    if (auto taken = take_from_supervisor(std::move(**frame)); !taken) return taken;
  }
}

Result<void> Server::take_from_supervisor(ipc::Frame frame) {
  switch (static_cast<ipc::MessageType>(frame.type)) {
    case ipc::MessageType::token_minted:
      if (const auto minted = ipc::decode<ipc::TokenMinted>(frame)) {
        logins_.minted(frame.id, *minted);
        return {};
      }
      break;
    case ipc::MessageType::failed:
      if (const auto failed = ipc::decode<ipc::Failed>(frame)) {
        if (pam_.not_started(frame.id, failed->text)) return {};
        logins_.mint_failed(frame.id, *failed, Clock::now());
        return {};
      }
      break;
    case ipc::MessageType::pam_started:
      // Of a check that was given up meanwhile, the channel closes here and the process ends.
      if (frame.fds.size() == 1) {
        pam_.started(frame.id, std::move(frame.fds[0]));
        return {};
      }
      break;
    case ipc::MessageType::auth_reload:
      return reload(frame);
    case ipc::MessageType::peer_channel:
      if (frame.fds.size() == 1) {
        logins_.forget_all();
        net_ = std::make_unique<ipc::Channel>(std::move(frame.fds[0]));
        return {};
      }
      break;
    case ipc::MessageType::stop:
      stopped_ = true;
      return {};
    default:
      break;
  }
  return fail("an unexpected message from the supervisor");
}

Result<void> Server::reload(const ipc::Frame& frame) {
  const auto request = ipc::decode<ipc::AuthReload>(frame);
  if (!request) return std::unexpected(request.error());
  if (!supervisor_.send(logins_.reload(request->setup), frame.id)) stopped_ = true;
  return {};
}

void Server::read_net() {
  for (;;) {
    bool closed = false;
    auto frame = net_->receive_now(closed);
    if (!frame) return lose_net(frame.error().message);
    if (!*frame) {
      if (closed) lose_net("closed");
      return;
    }
    if (!take_from_net(std::move(**frame))) return lose_net("an unexpected message");
    if (!net_) return;
  }
}

bool Server::take_from_net(ipc::Frame frame) {
  const auto type = static_cast<ipc::MessageType>(frame.type);
  if (type == ipc::MessageType::cancel) {
    logins_.cancel(frame.id);
    return ipc::decode<ipc::Cancel>(frame).has_value();
  }
  if (type == ipc::MessageType::metrics_request) {
    return net_->send(ipc::MetricsText{.text = logins_.metrics_text()}, frame.id).has_value();
  }
  auto login = ipc::decode<ipc::Login>(frame);
  text::wipe(frame.fields);
  if (!login) return false;
  logins_.begin(frame.id, *login, Clock::now());
  return true;
}

// Whatever winrmd-net did, its log-ins are over. The supervisor sends a channel to the next one.
void Server::lose_net(std::string_view reason) {
  log::warning("net_channel_lost", {{"reason", reason}});
  net_.reset();
  logins_.forget_all();
}

void Server::answer(std::uint64_t id, const ipc::LoginResult& result) {
  const bool sent = net_ && net_->send(result, id).has_value();
  if (!sent && !result.token.empty()) release(result.token);
}

void Server::mint(std::uint64_t number, const ipc::MintLogin& request) {
  if (!supervisor_.send(request, number)) stopped_ = true;
}

void Server::release(const std::string& token) {
  if (!supervisor_.send(ipc::ReleaseToken{.token = token})) stopped_ = true;
}

bool Server::work(Job job) { return workers_.submit(std::move(job)); }

bool Server::pam(std::uint64_t check, ipc::PamCheck request) {
  return pam_.submit(check, std::move(request), Clock::now());
}

void Server::start_pam(std::uint64_t check) {
  if (!supervisor_.send(ipc::StartPam{}, check)) stopped_ = true;
}

void Server::pam_verdict(std::uint64_t check, const Result<void>& verdict) {
  logins_.pam_done(check, verdict, Clock::now());
}

}  // namespace winrmd::auth

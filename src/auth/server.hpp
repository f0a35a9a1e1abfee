// The loop of winrmd-auth: two channels, the workers' results, and the answers that are due.
#pragma once

#include <memory>
#include <optional>

#include "auth/logins.hpp"
#include "auth/pam_checks.hpp"
#include "auth/worker_pool.hpp"
#include "lib/ipc/messages_shell.hpp"
#include "lib/ipc/socket.hpp"

namespace winrmd::auth {

class Server final : private Logins::Outlet, private PamChecks::Outlet {
 public:
  Server(ipc::Channel& supervisor, const ipc::AuthSetup& setup, Fd net);

  // Until the supervisor says stop or is gone. An error when it says something that it must not.
  Result<void> run();

 private:
  void answer(std::uint64_t id, const ipc::LoginResult& result) override;
  void mint(std::uint64_t number, const ipc::MintLogin& request) override;
  void release(const std::string& token) override;
  bool work(Job job) override;
  bool pam(std::uint64_t check, ipc::PamCheck request) override;
  void start_pam(std::uint64_t check) override;
  void pam_verdict(std::uint64_t check, const Result<void>& verdict) override;

  void wait();
  Result<void> read_supervisor();
  Result<void> take_from_supervisor(ipc::Frame frame);
  Result<void> reload(const ipc::Frame& frame);
  void read_net();
  bool take_from_net(ipc::Frame frame);
  void lose_net(std::string_view reason);

  ipc::Channel& supervisor_;
  std::unique_ptr<ipc::Channel> net_;  // null between the death of one winrmd-net and the next
  bool stopped_ = false;
  SystemNames names_;
  PamChecks pam_{*this};
  Logins logins_;
  WorkerPool workers_;
};

}  // namespace winrmd::auth

// What winrmd-auth's log-ins are driven against in tests.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "auth/logins.hpp"

namespace winrmd::auth {

class FalseOutlet : public Logins::Outlet {
 public:
  void answer(std::uint64_t id, const ipc::LoginResult& result) override { answers[id] = result; }
  void mint(std::uint64_t number, const ipc::MintLogin& request) override {
    mints[number] = request;
    mint_requests.push_back(request);
  }
  void release(const std::string& token) override { released.push_back(token); }
  bool work(Job job) override {
    if (full) return false;
    jobs.push_back(std::move(job));
    return true;
  }
  bool pam(std::uint64_t check, ipc::PamCheck request) override {
    if (full) return false;
    pams[check] = std::move(request);
    return true;
  }

  // Does what the workers were given, and what that leads to.
  void work_all(Clock::time_point now) {
    while (!jobs.empty()) {
      for (auto& job : std::exchange(jobs, {})) job()(now);
    }
  }
  void mint_all(Logins& logins) {
    for (const auto& [number, request] : std::exchange(mints, {})) {
      ipc::TokenMinted minted;
      minted.token = "token";
      minted.identity = {.login_name = request.login_name,
                         .mechanism = request.mechanism,
                         .account = "me",
                         .uid = 1000,
                         .gid = 100,
                         .groups = {100, 27}};
      logins.minted(number, minted);
    }
  }

  std::map<std::uint64_t, ipc::LoginResult> answers;
  std::map<std::uint64_t, ipc::MintLogin> mints;
  std::vector<ipc::MintLogin> mint_requests;
  std::vector<std::string> released;
  std::vector<Job> jobs;
  std::map<std::uint64_t, ipc::PamCheck> pams;
  bool full = false;
};

// A system with an account of any name.
class AnyName final : public NameService {
 public:
  Result<std::optional<LocalAccount>> find_account(const std::string& name) const override {
    return LocalAccount{.name = name, .uid = 1000, .groups = {}};
  }
  Result<std::optional<gid_t>> find_group(const std::string& /*name*/) const override { return std::nullopt; }
};

}  // namespace winrmd::auth

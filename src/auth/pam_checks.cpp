#include "auth/pam_checks.hpp"

#include <algorithm>

#include "lib/text/ascii.hpp"

namespace winrmd::auth {

bool PamChecks::submit(std::uint64_t check, ipc::PamCheck request, Clock::time_point now) {
  if (checks_.size() >= max_running_pam + max_waiting_pam) {
    text::wipe(request.password);
    return false;
  }
  auto& state = checks_[check];
  state.request = std::move(request);
  text::wipe(request.password);
  state.until = now + pam_patience;
  start_next();
  return true;
}

void PamChecks::start_next() {
  for (auto& [check, state] : checks_) {
    if (running_ >= max_running_pam) return;
    if (state.asked) continue;
    state.asked = true;
    ++running_;
    outlet_.start_pam(check);
  }
}

bool PamChecks::started(std::uint64_t check, Fd channel) {
  const auto found = checks_.find(check);
  if (found == checks_.end() || !found->second.asked || found->second.channel) return false;
  auto& state = found->second;
  state.channel.emplace(std::move(channel));
  const auto sent = state.channel->send(state.request);
  text::wipe(state.request.password);
  if (!sent) end(check, std::unexpected(sent.error()));
  return true;
}

bool PamChecks::not_started(std::uint64_t check, const std::string& reason) {
  const auto found = checks_.find(check);
  if (found == checks_.end() || !found->second.asked || found->second.channel) return false;
  end(check, fail("winrmd-pam was not started: " + reason));
  return true;
}

void PamChecks::wait_for(std::vector<pollfd>& fds) const {
  for (const auto& [check, state] : checks_) {
    if (state.channel) fds.push_back({.fd = state.channel->fd(), .events = POLLIN, .revents = 0});
  }
}

std::optional<Result<void>> PamChecks::take_verdict(ipc::Channel& channel) {
  bool closed = false;
  const auto frame = channel.receive_now(closed);
  if (!frame) return std::unexpected(frame.error());
  if (!*frame) return closed ? std::optional<Result<void>>(fail("winrmd-pam gave no verdict")) : std::nullopt;
  const auto verdict = ipc::decode<ipc::PamVerdict>(**frame);
  if (!verdict) return std::unexpected(verdict.error());
  if (!verdict->admitted) return fail(verdict->reason);
  return Result<void>();
}

void PamChecks::serve(const pollfd* fds) {
  std::vector<std::pair<std::uint64_t, Result<void>>> verdicts;
  for (auto& [check, state] : checks_) {
    if (!state.channel) continue;
    if ((fds++)->revents == 0) continue;
    if (const auto verdict = take_verdict(*state.channel)) verdicts.emplace_back(check, *verdict);
  }
  for (const auto& [check, verdict] : verdicts) end(check, verdict);
}

Clock::time_point PamChecks::meet_deadlines(Clock::time_point now) {
  std::vector<std::uint64_t> late;
  for (const auto& [check, state] : checks_) {
    if (state.until <= now) late.push_back(check);
  }
  for (const auto check : late) end(check, fail("the account check takes too long"));
  auto next = Clock::time_point::max();
  for (const auto& [check, state] : checks_) next = std::min(next, state.until);
  return next;
}

void PamChecks::end(std::uint64_t check, const Result<void>& verdict) {
  const auto found = checks_.find(check);
  text::wipe(found->second.request.password);
  if (found->second.asked) --running_;
  checks_.erase(found);
  outlet_.pam_verdict(check, verdict);
  start_next();
}

}  // namespace winrmd::auth

#include "host/core/supervisor_link.hpp"

#include "lib/log/log.hpp"

namespace winrmd::host {

namespace {

std::unexpected<Failure> no_answer(std::string reason) {
  return std::unexpected(Failure{.code = code_access_denied, .text = std::move(reason)});
}

}  // namespace

template <class M>
SupervisorLink::Answer<ipc::Frame> SupervisorLink::ask(const M& message) {
  std::unique_lock lock(mutex_);
  if (closed_) return no_answer("The supervisor is gone.");
  const std::uint64_t id = next_id_++;
  questions_.try_emplace(id);
  lock.unlock();
  const auto sent = channel_->send(message, id);
  lock.lock();
  if (sent) answered_.wait_for(lock, answer_deadline, [&] { return closed_ || questions_.at(id).answer.has_value(); });
  Question question = std::move(questions_.at(id));
  questions_.erase(id);
  if (!question.answer) return no_answer("The supervisor did not answer.");
  if (question.answer->type == static_cast<std::uint16_t>(ipc::MessageType::failed)) {
    auto failed = ipc::decode<ipc::Failed>(*question.answer);
    if (!failed) return no_answer(failed.error().message);
    return std::unexpected(Failure{.code = failed->code, .text = std::move(failed->text)});
  }
  return std::move(*question.answer);
}

SupervisorLink::Answer<ipc::TokenDescription> SupervisorLink::describe(const std::string& token) {
  const auto answer = ask(ipc::DescribeToken{.token = token});
  if (!answer) return std::unexpected(answer.error());
  auto described = ipc::decode<ipc::TokenDescribed>(*answer);
  if (!described) return no_answer(described.error().message);
  return std::move(described->identity);
}

SupervisorLink::Answer<ipc::TokenMinted> SupervisorLink::mint(const std::string& account,
                                                              const std::string& for_token) {
  const auto answer = ask(ipc::MintAccount{.account = account, .for_token = for_token});
  if (!answer) return std::unexpected(answer.error());
  auto minted = ipc::decode<ipc::TokenMinted>(*answer);
  if (!minted) return no_answer(minted.error().message);
  return std::move(*minted);
}

void SupervisorLink::release(const std::string& token) {
  [[maybe_unused]] const auto sent = channel_->send(ipc::ReleaseToken{.token = token});
}

void SupervisorLink::ready() { [[maybe_unused]] const auto sent = channel_->send(ipc::HostReady{}); }

bool SupervisorLink::read(const std::function<void(std::uint32_t)>& on_stop) {
  for (;;) {
    bool gone = false;
    auto frame = channel_->receive_now(gone);
    if (!frame || gone) {
      close();
      return false;
    }
    if (!*frame) return true;
    if ((*frame)->type == static_cast<std::uint16_t>(ipc::MessageType::stop)) {
      const auto stop = ipc::decode<ipc::Stop>(**frame);
      on_stop(stop ? stop->reason : 0);
      continue;
    }
    std::lock_guard lock(mutex_);
    const auto question = questions_.find((*frame)->id);
    if (question == questions_.end()) {
      log::warning("supervisor_answer_unexpected", {{"type", std::int64_t{(*frame)->type}}});
      continue;
    }
    question->second.answer = std::move(**frame);
    answered_.notify_all();
  }
}

void SupervisorLink::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  answered_.notify_all();
}

}  // namespace winrmd::host

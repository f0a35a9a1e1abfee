#include "net/token.hpp"

#include "lib/ipc/messages_control.hpp"

namespace winrmd::net {

Token::~Token() { supervisor->post(ipc::ReleaseToken{id}); }

TokenRef Tokens::adopt(const std::string& id, const std::string& account) {
  if (id.empty()) return nullptr;
  auto& entry = live_[id];
  if (!entry.expired()) return nullptr;
  auto token = std::make_shared<Token>(id, account, supervisor_);
  entry = token;
  if (live_.size() > sweep_at_) {
    std::erase_if(live_, [](const auto& pair) { return pair.second.expired(); });
    sweep_at_ = live_.size() * 2 + 64;
  }
  return token;
}

}  // namespace winrmd::net

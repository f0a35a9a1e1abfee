// Reads the sender details after the answer.
#include "authz.hpp"

static std::atomic<HANDLE> last = nullptr;

void misbehave(AuthzPlugin& plugin) {
  plugin.user = [](WSMAN_SENDER_DETAILS* sender) {
    admit(sender, sender->clientToken);
    last = sender->clientToken;
  };
}

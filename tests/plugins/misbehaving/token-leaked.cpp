// Asks for a token, and neither hands it over nor closes it.
#include "authz.hpp"

void misbehave(AuthzPlugin& plugin) {
  plugin.user = [](WSMAN_SENDER_DETAILS* sender) {
    HANDLE token = nullptr;
    WSManPosixTokenForAccount(WSMAN_TEXT("deploy"), sender->clientToken, &token);
    admit(sender, sender->clientToken);
  };
}

// Answers about an operation twice.
#include "authz.hpp"

void misbehave(AuthzPlugin& plugin) {
  plugin.operation = [](WSMAN_SENDER_DETAILS* sender) {
    allow(sender);
    WSManPluginAuthzOperationComplete(sender, 0, nullptr, NO_ERROR, nullptr);
  };
}

// Changes a quota it has handed over, as if that changed anything.
#include "authz.hpp"

static WSMAN_AUTHZ_QUOTA quota = {2, 10, 60, 100};

void misbehave(AuthzPlugin& plugin) {
  plugin.quota = [](WSMAN_SENDER_DETAILS* sender) {
    WSManPluginAuthzQueryQuotaComplete(sender, 0, &quota, NO_ERROR, nullptr);
  };
  plugin.operation = [](WSMAN_SENDER_DETAILS* sender) {
    ++quota.maxAllowedConcurrentOperations;
    allow(sender);
  };
}

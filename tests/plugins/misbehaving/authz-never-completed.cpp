// Does not answer about quotas.
#include "authz.hpp"

void misbehave(AuthzPlugin& plugin) {
  plugin.quota = [](WSMAN_SENDER_DETAILS*) {};
}

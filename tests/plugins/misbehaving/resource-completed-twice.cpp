// Completes a Get twice.
#include "resource.hpp"

void misbehave(ResourcePlugin& plugin) {
  plugin.get = [](WSMAN_PLUGIN_REQUEST* request) {
    answer(request);
    complete(request);
  };
}

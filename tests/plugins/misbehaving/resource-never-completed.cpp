// Reports its items and forgets to complete.
#include "resource.hpp"

void misbehave(ResourcePlugin& plugin) {
  plugin.enumerate = [](WSMAN_PLUGIN_REQUEST* request) { report_item(request, WSMAN_TEXT("<Thing/>")); };
}

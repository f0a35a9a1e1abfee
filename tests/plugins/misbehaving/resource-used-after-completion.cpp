// Reports an item after the enumeration is complete.
#include "resource.hpp"

void misbehave(ResourcePlugin& plugin) {
  plugin.enumerate = [](WSMAN_PLUGIN_REQUEST* request) {
    complete(request);
    report_item(request, WSMAN_TEXT("<Thing/>"));
  };
}

// Reports an item that is no XML.
#include "resource.hpp"

void misbehave(ResourcePlugin& plugin) {
  plugin.enumerate = [](WSMAN_PLUGIN_REQUEST* request) {
    report_item(request, WSMAN_TEXT("<Thing>"));
    complete(request);
  };
}

// Explains an error in a text with half a character.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.send = [](WSMAN_PLUGIN_REQUEST* request, Thing*) {
    static const WCHAR text[] = {u'n', u'o', 0xD800, 0};
    complete(request, ERROR_ACCESS_DENIED, text);
  };
}

// Gives output without end, and looks at no answer. Not a breach of its own: output waits for the client.
#include <vector>

#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.receive = [](WSMAN_PLUGIN_REQUEST* request, Thing*) {
    static std::vector<BYTE> block(std::size_t{4} << 20, 'x');
    WSMAN_DATA data = {};
    data.type = WSMAN_DATA_TYPE_BINARY;
    data.binaryData.dataLength = static_cast<DWORD>(block.size());
    data.binaryData.data = block.data();
    DWORD code = NO_ERROR;
    while (code != ERROR_OPERATION_ABORTED) {
      code = WSManPluginReceiveResult(request, 0, WSMAN_STREAM_ID_STDOUT, &data, nullptr, 0);
    }
    complete(request);
  };
}

// Part of wsman.hpp: what clients ask of a running shell or command.
#ifndef WINRMD_WSMAN_REQUESTS_HPP
#define WINRMD_WSMAN_REQUESTS_HPP

#include <cstddef>
#include <string_view>

#include "operation.hpp"

namespace wsman {

namespace detail {

// The bytes or units of what a client sent; empty for null and for another kind of data.
inline std::string_view bytes_of(const WSMAN_DATA* data) noexcept {
  if (data == nullptr || data->type != WSMAN_DATA_TYPE_BINARY || data->binaryData.data == nullptr) return {};
  return {reinterpret_cast<const char*>(data->binaryData.data), data->binaryData.dataLength};
}
inline StringView text_of(const WSMAN_DATA* data) noexcept {
  if (data == nullptr || data->type != WSMAN_DATA_TYPE_TEXT || data->text.buffer == nullptr) return {};
  return {data->text.buffer, data->text.bufferLength};
}

}  // namespace detail

// Input. Complete it when the plug-in can take more: the next piece comes after that.
class Send : public Request {
 public:
  Send(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PCWSTR stream, const WSMAN_DATA* data) noexcept
      : Request(request), stream_(view(stream)), bytes_(detail::bytes_of(data)), last_((flags & 1U) != 0) {}

  StringView stream() const noexcept { return stream_; }
  std::string_view bytes() const noexcept { return bytes_; }  // good until it is complete
  bool is_last() const noexcept { return last_; }             // of the stream

 private:
  StringView stream_;
  std::string_view bytes_;
  bool last_;
};

// Output is wanted: one request for the whole life of the shell or command.
class Receive : public Request {
 public:
  Receive() noexcept = default;
  Receive(WSMAN_PLUGIN_REQUEST* request, const WSMAN_STREAM_ID_SET* streams) noexcept
      : Request(request), streams_(streams) {}

  // Before the request is complete and before free_details().
  bool wants(StringView stream) const noexcept {
    if (streams_ == nullptr || streams_->streamIDsCount == 0) return true;
    for (DWORD i = 0; i < streams_->streamIDsCount; ++i) {
      if (equal_no_case(view(streams_->streamIDs[i]), stream)) return true;
    }
    return false;
  }

  // Output, sent soon; `flags` as for WSManPluginReceiveResult. Waits while the client is far behind: hold no lock that
  // other calls need. NO_ERROR, or why not: the operation ends, complete it.
  DWORD write(PCWSTR stream, std::string_view bytes, DWORD flags = WSMAN_FLAG_RECEIVE_FLUSH) const noexcept {
    return call([&](WSMAN_PLUGIN_REQUEST* request) {
      DWORD code = NO_ERROR;
      do {
        const std::string_view piece = bytes.substr(0, max_piece);
        bytes.remove_prefix(piece.size());
        WSMAN_DATA data = {};
        data.type = WSMAN_DATA_TYPE_BINARY;
        data.binaryData.data =
            reinterpret_cast<BYTE*>(const_cast<char*>(piece.data()));  // read, whatever the type says
        data.binaryData.dataLength = static_cast<DWORD>(piece.size());
        const DWORD last = bytes.empty() ? flags : flags & DWORD{WSMAN_FLAG_RECEIVE_FLUSH};
        code = WSManPluginReceiveResult(request, last, stream, &data, nullptr, 0);
      } while (code == NO_ERROR && !bytes.empty());
      return code;
    });
  }

  // The command is over: tells the client and ends the request.
  bool done(DWORD exit_code) const noexcept {
    call([&](WSMAN_PLUGIN_REQUEST* request) {
      return WSManPluginReceiveResult(request, WSMAN_FLAG_RECEIVE_FLUSH, nullptr, nullptr, WSMAN_COMMAND_STATE_DONE,
                                      exit_code);
    });
    return complete();
  }

 private:
  static constexpr std::size_t max_piece = std::size_t{1} << 26;

  const WSMAN_STREAM_ID_SET* streams_ = nullptr;
};

class Signal : public Request {
 public:
  Signal(WSMAN_PLUGIN_REQUEST* request, PCWSTR code) noexcept : Request(request), code_(view(code)) {}

  StringView code() const noexcept { return code_; }
  // Terminate, Ctrl-C or Ctrl-Break: what most commands treat alike.
  bool is_end() const noexcept {
    return code_ == WSMAN_SIGNAL_SHELL_CODE_TERMINATE || code_ == WSMAN_SIGNAL_SHELL_CODE_CTRL_C ||
           code_ == WSMAN_SIGNAL_SHELL_CODE_CTRL_BREAK;
  }

 private:
  StringView code_;
};

// A client connects to a shell or command that was disconnected.
class Connect : public Request {
 public:
  Connect(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* information) noexcept
      : Request(request), information_(detail::text_of(information)) {}

  StringView information() const noexcept { return information_; }  // XML of the client; empty: none
  // Connected; `xml`, if any, goes to the client.
  bool accept(PCWSTR xml = nullptr) const noexcept { return complete(NO_ERROR, xml); }

 private:
  StringView information_;
};

}  // namespace wsman

#endif

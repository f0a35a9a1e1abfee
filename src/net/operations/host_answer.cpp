#include "net/operations/host_answer.hpp"

#include "lib/xml/document.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

// Deeper XML of a plug-in is refused: the envelope around it must stay within what clients accept.
constexpr std::size_t max_element_depth = 100;

}  // namespace

Outcome<ipc::Frame> understand(const Plugin& plugin, CallResult answer) {
  if (!answer) {
    return fault(answer.error() == CallError::timed_out ? ERROR_WSMAN_OPERATION_TIMEDOUT : ERROR_OPERATION_ABORTED);
  }
  const auto failed = ipc::decode<ipc::Failed>(*answer);
  if (!failed) return std::move(*answer);
  if (failed->code == ERROR_WSMAN_UNEXPECTED_SELECTORS && !failed->from_plugin) {
    return std::unexpected(soap::unknown_command_fault());
  }
  auto result = soap::make_fault(failed->code, failed->from_plugin ? std::string() : failed->text);
  if (failed->from_plugin) {
    result.provider = plugin.name;
    result.provider_path = plugin.file;
    result.provider_text = failed->text.empty() ? std::string(soap::code_text(failed->code)) : failed->text;
  }
  return std::unexpected(std::move(result));
}

Outcome<std::string> checked_element(std::string_view text) {
  const auto document = xml::Document::parse(text, {.depth = max_element_depth});
  if (!document) {
    return fault(ERROR_WSMAN_INVALID_PROVIDER_RESPONSE,
                 "The plug-in's answer is no XML element: " + document.error().message + ".");
  }
  return document->fragment(document->root());
}

}  // namespace winrmd::net

// SOAP faults. A code (Win32, HRESULT or WS-Management) decides SOAP code, subcode, FaultDetail and action.
//
// Everything here is pure: no state, no clock; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winrmd::soap {

struct NotUnderstood {
  std::string namespace_uri;
  std::string local;
};

struct Fault {
  std::uint32_t code = 0;  // WSManFault Code
  std::string message;     // f:Message and Reason; empty: the code's own text
  std::string reason;      // Reason, where it differs from f:Message; empty: it does not
  // ProviderFault, where a plug-in (or the part of the service that plays one) supplied the error:
  std::string provider;  // name; empty: no ProviderFault
  std::string provider_path;
  std::string provider_text;                  // XML document or plain text
  std::string fault_detail;                   // FaultDetail leaf (`InvalidTimeout`); empty: what the code's row says
  std::vector<NotUnderstood> not_understood;  // s:MustUnderstand
  // Some codes have a wire form of their own (quota: s:Receiver with MSFT_WmiError detail); see fault.cpp.
};

// A fault for this code with its own text, or with `message`.
Fault make_fault(std::uint32_t code, std::string message = {});

// The row of the mapping table for a code; codes that are not listed are s:Receiver / w:InternalError.
struct FaultRow {
  std::uint32_t code;
  std::string_view soap_code;  // `s:Sender`
  std::string_view subcode;    // `w:TimedOut`; empty: none
  std::string_view detail;     // FaultDetail leaf; empty: none
  std::string_view action;     // fault action URI
};
const FaultRow& fault_row(std::uint32_t code);

// Faults whose shape and words clients compare.
Fault unknown_shell_fault(std::string_view shell_id, std::string_view machine);
Fault unknown_command_fault();
// Receive on a text shell without a command id; the plug-in's name and file as configured.
Fault receive_without_command_fault(std::string_view provider, std::string_view provider_path);

// English text for a code, as clients expect it (trailing blanks included); a generic sentence for unknown codes.
std::string_view code_text(std::uint32_t code);

// The whole envelope. `relates_to`: the request's MessageID; empty: the header is left out. `machine`: host part the
// client addressed. `message_id`: GUID, without `uuid:`. Always well-formed, whatever the strings hold: what is not XML
// text is replaced or escaped.
std::string serialize_fault(const Fault& fault, std::string_view relates_to, std::string_view machine,
                            std::string_view message_id);

}  // namespace winrmd::soap

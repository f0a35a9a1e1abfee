#include "lib/soap/fault.hpp"

#include <fmt/format.h>

#include "lib/soap/codes.hpp"
#include "lib/soap/envelope.hpp"
#include "lib/soap/fault_table.hpp"
#include "lib/soap/names.hpp"
#include "lib/xml/document.hpp"

namespace winrmd::soap {
namespace {

// Deeper XML of a plug-in is sent as text: the envelope around it must stay within what clients accept.
constexpr std::size_t max_provider_depth = 100;

std::string header_blocks(const Fault& fault) {
  std::string out;
  for (const auto& block : fault.not_understood) {
    if (block.namespace_uri.empty()) {
      out.append("<s:NotUnderstood qname=\"").append(xml::escaped(block.local)).append("\"/>");
      continue;
    }
    out.append("<s:NotUnderstood qname=\"q:").append(xml::escaped(block.local)).append("\" xmlns:q=\"");
    xml::escape(out, block.namespace_uri);
    out += "\"/>";
  }
  if (fault.code == code::soap_version_mismatch) {
    out += R"(<s:Upgrade><s:SupportedEnvelope qname="s:Envelope"/></s:Upgrade>)";
  }
  return out;
}

void append_code(std::string& out, const FaultRow& row) {
  out += "<s:Code>";
  append_element(out, "s:Value", row.soap_code);
  if (row.subcode.starts_with("b:")) {  // the only prefix the envelope does not declare
    out.append("<s:Subcode><s:Value xmlns:b=\"").append(ns::cim_binding).append("\">").append(row.subcode);
    out += "</s:Value></s:Subcode>";
  } else if (!row.subcode.empty()) {
    out += "<s:Subcode>";
    append_element(out, "s:Value", row.subcode);
    out += "</s:Subcode>";
  }
  out += "</s:Code>";
}

// A plug-in's text: the root of the document that it is, else escaped. Parsing it is what keeps the envelope whole.
void append_provider_text(std::string& out, std::string_view text) {
  const auto document = xml::Document::parse(text, {.depth = max_provider_depth});
  if (document) {
    out += document->fragment(document->root());
  } else {
    xml::escape(out, text);
  }
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"");
  xml::escape(out, value);
  out += '"';
}

void append_wsman_fault(std::string& out, const Fault& fault, std::string_view message, std::string_view machine) {
  out.append("<f:WSManFault xmlns:f=\"").append(ns::fault).append("\" Code=\"");
  fmt::format_to(std::back_inserter(out), "{}", fault.code);
  out += '"';
  append_attribute(out, "Machine", machine);
  out += "><f:Message>";
  if (fault.provider.empty()) {
    xml::escape(out, message);
  } else {
    out += "<f:ProviderFault";
    append_attribute(out, "provider", fault.provider);
    append_attribute(out, "path", fault.provider_path);
    out += '>';
    append_provider_text(out, fault.provider_text.empty() ? message : std::string_view(fault.provider_text));
    out += "</f:ProviderFault>";
  }
  out += "</f:Message></f:WSManFault>";
}

// The two quota codes that clients look for in this form.
bool has_wmi_form(const Fault& fault) {
  return fault.provider.empty() && (fault.code == code::quota_max_shells || fault.code == code::quota_max_operations);
}

void append_wmi_error(std::string& out, std::uint32_t code, std::string_view message) {
  out.append("<q:MSFT_WmiError xmlns:q=\"").append(ns::wmi_error).append("\" xmlns:b=\"").append(ns::cim_binding);
  out.append("\" xmlns:xsi=\"").append(ns::xsi).append("\" b:IsCIM_Error=\"true\">");
  out += R"(<q:CIMStatusCode>27</q:CIMStatusCode><q:CIMStatusCodeDescription xsi:nil="true"/>)";
  append_element(out, "q:Message", message);
  fmt::format_to(std::back_inserter(out),
                 "<q:MessageID>HRESULT 0x{:08x}</q:MessageID><q:error_Category>30</q:error_Category>"
                 "<q:error_Code>{}</q:error_Code><q:error_Type>HRESULT</q:error_Type>",
                 code, code);
  append_element(out, "q:error_WindowsErrorMessage", message);
  out += "</q:MSFT_WmiError>";
}

void append_detail(std::string& out, const Fault& fault, std::string_view message, std::string_view machine) {
  const std::string_view leaf = fault.fault_detail.empty() ? fault_row(fault.code).detail : fault.fault_detail;
  out += "<s:Detail>";
  if (!leaf.empty()) append_element(out, "w:FaultDetail", std::string(fault_detail).append(leaf));
  if (has_wmi_form(fault)) {
    append_wmi_error(out, fault.code, message);
  } else {
    append_wsman_fault(out, fault, message, machine);
  }
  out += "</s:Detail>";
}

std::string shell_not_found(std::string_view shell_id, std::string_view machine) {
  Fault inner;
  inner.code = code::unexpected_selectors;
  std::string out;
  append_wsman_fault(out, inner,
                     fmt::format("The request for the Windows Remote Shell with ShellId {} failed because the shell "
                                 "was not found on the server.",
                                 shell_id),
                     machine);
  return out;
}

}  // namespace

Fault make_fault(std::uint32_t code, std::string message) {
  Fault fault;
  fault.code = code;
  fault.message = std::move(message);
  return fault;
}

const FaultRow& fault_row(std::uint32_t code) { return fault_entry(code).row; }

std::string_view code_text(std::uint32_t code) { return fault_entry(code).text; }

Fault unknown_shell_fault(std::string_view shell_id, std::string_view machine) {
  auto fault = make_fault(code::unexpected_selectors);
  fault.provider = "Shell provider";
  fault.provider_path = R"(%systemroot%\system32\WsmSvc.dll)";
  fault.provider_text = shell_not_found(shell_id, machine);
  return fault;
}

Fault unknown_command_fault() {
  auto fault = make_fault(code::unexpected_selectors,
                          "The request operates on a command identifier that does not exist: the command has ended, or "
                          "there was none with this identifier in the shell.");
  fault.reason = code_text(code::unexpected_selectors);
  return fault;
}

Fault receive_without_command_fault(std::string_view provider, std::string_view provider_path) {
  auto fault = make_fault(code::invalid_parameter);
  fault.provider = provider;
  fault.provider_path = provider_path;
  fault.provider_text = code_text(code::invalid_parameter);
  return fault;
}

std::string serialize_fault(const Fault& fault, std::string_view relates_to, std::string_view machine,
                            std::string_view message_id) {
  const auto& row = fault_row(fault.code);
  const std::string_view message = fault.message.empty() ? code_text(fault.code) : std::string_view(fault.message);
  const auto blocks = header_blocks(fault);
  std::string out;
  out.reserve(2000 + 2 * message.size() + fault.reason.size() + fault.provider_text.size() + blocks.size());
  open_envelope(out, {"s", "a", "x", "e", "n", "w", "p"});
  append_header(out, {row.action, message_id, blocks, relates_to});
  out += "<s:Fault>";
  append_code(out, row);
  out += R"(<s:Reason><s:Text xml:lang="en-US">)";
  xml::escape(out, fault.reason.empty() ? message : std::string_view(fault.reason));
  out += "</s:Text></s:Reason>";
  if (fault.code != code::must_understand) append_detail(out, fault, message, machine);
  out += "</s:Fault>";
  close_envelope(out);
  return out;
}

}  // namespace winrmd::soap

// Namespaces, actions and well-known URIs of WS-Management as WinRM speaks it.
#pragma once

#include <string_view>

namespace winrmd::soap {

namespace ns {
inline constexpr std::string_view soap = "http://www.w3.org/2003/05/soap-envelope";                   // s
inline constexpr std::string_view addressing = "http://schemas.xmlsoap.org/ws/2004/08/addressing";    // a
inline constexpr std::string_view transfer = "http://schemas.xmlsoap.org/ws/2004/09/transfer";        // x
inline constexpr std::string_view enumeration = "http://schemas.xmlsoap.org/ws/2004/09/enumeration";  // n
inline constexpr std::string_view eventing = "http://schemas.xmlsoap.org/ws/2004/08/eventing";        // e
inline constexpr std::string_view wsman = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd";           // w
inline constexpr std::string_view microsoft = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd";  // p
inline constexpr std::string_view shell = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";  // rsp
inline constexpr std::string_view fault = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault";     // f
inline constexpr std::string_view identity = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd";
inline constexpr std::string_view xml = "http://www.w3.org/XML/1998/namespace";
inline constexpr std::string_view xsi = "http://www.w3.org/2001/XMLSchema-instance";
inline constexpr std::string_view cim_binding = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd";  // b
inline constexpr std::string_view machine_id = "http://schemas.microsoft.com/wbem/wsman/1/machineid";   // m
inline constexpr std::string_view wmi_error = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError";
}  // namespace ns

namespace action {
inline constexpr std::string_view get = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get";
inline constexpr std::string_view put = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Put";
inline constexpr std::string_view create = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create";
inline constexpr std::string_view remove = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete";
inline constexpr std::string_view enumerate = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate";
inline constexpr std::string_view pull = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Pull";
inline constexpr std::string_view release = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Release";
inline constexpr std::string_view renew = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Renew";
inline constexpr std::string_view get_status = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/GetStatus";
inline constexpr std::string_view subscribe = "http://schemas.xmlsoap.org/ws/2004/08/eventing/Subscribe";
inline constexpr std::string_view command = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Command";
inline constexpr std::string_view send = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Send";
inline constexpr std::string_view receive = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Receive";
inline constexpr std::string_view signal = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Signal";
inline constexpr std::string_view disconnect = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Disconnect";
inline constexpr std::string_view reconnect = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Reconnect";
inline constexpr std::string_view connect = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Connect";
inline constexpr std::string_view wsman_fault = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault";
inline constexpr std::string_view addressing_fault = "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault";
inline constexpr std::string_view enumeration_fault = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault";
inline constexpr std::string_view eventing_fault = "http://schemas.xmlsoap.org/ws/2004/08/eventing/fault";
inline constexpr std::string_view transfer_fault = "http://schemas.xmlsoap.org/ws/2004/09/transfer/fault";
}  // namespace action

inline constexpr std::string_view anonymous = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous";
inline constexpr std::string_view fault_detail = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/";
// The resource under which the service itself lists and reads shells.
inline constexpr std::string_view shell_resource = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";
inline constexpr std::string_view shell_command_resource =
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Command";

}  // namespace winrmd::soap

"""Request envelopes, in the shape real clients send them."""

import base64
import uuid
from xml.sax.saxutils import escape, quoteattr

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
ANONYMOUS = ADDRESSING + "/role/anonymous"
SELECTOR_FILTER = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
FAULT_DETAIL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"

CMD = SHELL + "/cmd"
PROBE = "http://winrmd.test/shell/probe"

CREATE = TRANSFER + "/Create"
GET = TRANSFER + "/Get"
PUT = TRANSFER + "/Put"
DELETE = TRANSFER + "/Delete"
ENUMERATE = ENUMERATION + "/Enumerate"
PULL = ENUMERATION + "/Pull"
RELEASE = ENUMERATION + "/Release"
RENEW = ENUMERATION + "/Renew"
GET_STATUS = ENUMERATION + "/GetStatus"
COMMAND = SHELL + "/Command"
SEND = SHELL + "/Send"
RECEIVE = SHELL + "/Receive"
SIGNAL = SHELL + "/Signal"
DISCONNECT = SHELL + "/Disconnect"
RECONNECT = SHELL + "/Reconnect"
CONNECT = SHELL + "/Connect"

TERMINATE = SHELL + "/signal/terminate"
CTRL_C = SHELL + "/signal/ctrl_c"
DONE = SHELL + "/CommandState/Done"
RUNNING = SHELL + "/CommandState/Running"

NAMESPACES = (
    f'xmlns:env="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:p="{MICROSOFT}" xmlns:rsp="{SHELL}" '
    f'xmlns:n="{ENUMERATION}" xmlns:w="{WSMAN}" xmlns:e="{EVENTING}"'
)


def new_id():
    return "uuid:" + str(uuid.uuid4()).upper()


def option(name, value="", must_comply=False):
    comply = ' MustComply="true"' if must_comply else ""
    return f"<w:Option Name={quoteattr(name)}{comply}>{escape(value)}</w:Option>"


def selector(name, value):
    return f"<w:Selector Name={quoteattr(name)}>{escape(value)}</w:Selector>"


def header(name, text, *, understand=True):
    mark = ' mustUnderstand="true"' if understand else ""
    return f"<{name}{mark}>{escape(text)}</{name}>"


def envelope(action, resource, body="", *, selectors=(), options=(), message_id=None, timeout="PT20S", max_size=153600,
             locale="en-US", extra=""):
    """An envelope as text. A value of None leaves that header out; `options` holds ready w:Option elements."""
    parts = [header("a:To", "http://windows-host:5985/wsman", understand=False),
             f'<a:ReplyTo><a:Address mustUnderstand="true">{ANONYMOUS}</a:Address></a:ReplyTo>']
    if message_id is not False:
        parts.append(header("a:MessageID", message_id or new_id(), understand=False))
    if max_size is not None:
        parts.append(header("w:MaxEnvelopeSize", str(max_size)))
    if locale is not None:
        parts.append(f'<w:Locale mustUnderstand="false" xml:lang={quoteattr(locale)}/>')
        parts.append(f'<p:DataLocale mustUnderstand="false" xml:lang={quoteattr(locale)}/>')
    if timeout is not None:
        parts.append(header("w:OperationTimeout", timeout, understand=False))
    if resource is not None:
        parts.append(header("w:ResourceURI", resource))
    if action is not None:
        parts.append(header("a:Action", action))
    if selectors:
        parts.append("<w:SelectorSet>" + "".join(selector(n, v) for n, v in selectors) + "</w:SelectorSet>")
    if options:
        parts.append("<w:OptionSet>" + "".join(options) + "</w:OptionSet>")
    return (f"<env:Envelope {NAMESPACES}><env:Header>{''.join(parts)}{extra}</env:Header>"
            f"<env:Body>{body}</env:Body></env:Envelope>")


def identify():
    return (f'<s:Envelope xmlns:s="{SOAP}" xmlns:i="{IDENTITY}"><s:Header/><s:Body><i:Identify/></s:Body>'
            "</s:Envelope>")


def shell_body(*, shell_id=None, name=None, environment=(), directory=None, idle_timeout=None, input_streams="stdin",
               output_streams="stdout stderr", inner=""):
    attributes = "" if shell_id is None else f" ShellId={quoteattr(shell_id)}"
    attributes += "" if name is None else f" Name={quoteattr(name)}"
    parts = []
    if environment:
        variables = "".join(f"<rsp:Variable Name={quoteattr(n)}>{escape(v)}</rsp:Variable>" for n, v in environment)
        parts.append(f"<rsp:Environment>{variables}</rsp:Environment>")
    if directory is not None:
        parts.append(f"<rsp:WorkingDirectory>{escape(directory)}</rsp:WorkingDirectory>")
    if idle_timeout is not None:
        parts.append(f"<rsp:IdleTimeOut>{idle_timeout}</rsp:IdleTimeOut>")
    parts.append(f"<rsp:InputStreams>{input_streams}</rsp:InputStreams>")
    parts.append(f"<rsp:OutputStreams>{output_streams}</rsp:OutputStreams>")
    return f"<rsp:Shell{attributes}>{''.join(parts)}{inner}</rsp:Shell>"


def command_body(line, arguments=(), command_id=None):
    attribute = "" if command_id is None else f" CommandId={quoteattr(command_id)}"
    rest = "".join(f"<rsp:Arguments>{escape(argument)}</rsp:Arguments>" for argument in arguments)
    return f"<rsp:CommandLine{attribute}><rsp:Command>{escape(line)}</rsp:Command>{rest}</rsp:CommandLine>"


def command_attribute(command_id):
    return "" if command_id is None else f" CommandId={quoteattr(command_id)}"


def stream_element(data, command_id, *, name="stdin", end=False):
    finish = ' End="true"' if end else ""
    return (f'<rsp:Stream Name="{name}"{command_attribute(command_id)}{finish}>'
            f"{base64.b64encode(data).decode()}</rsp:Stream>")


def send_body(data, command_id, *, name="stdin", end=False):
    return "<rsp:Send>" + stream_element(data, command_id, name=name, end=end) + "</rsp:Send>"


def receive_body(command_id, streams="stdout stderr"):
    return (f"<rsp:Receive><rsp:DesiredStream{command_attribute(command_id)}>{streams}</rsp:DesiredStream>"
            "</rsp:Receive>")


def signal_body(command_id, code):
    return f"<rsp:Signal{command_attribute(command_id)}><rsp:Code>{escape(code)}</rsp:Code></rsp:Signal>"


def enumerate_body(*, optimize=True, max_elements=None, mode=None, shell_filter=None, inner=""):
    parts = ["<w:OptimizeEnumeration/>"] if optimize else []
    if max_elements is not None:
        parts.append(f"<w:MaxElements>{max_elements}</w:MaxElements>")
    if mode is not None:
        parts.append(f"<w:EnumerationMode>{mode}</w:EnumerationMode>")
    if shell_filter is not None:
        parts.append(f'<w:Filter Dialect="{SELECTOR_FILTER}"><w:SelectorSet>{selector("ShellId", shell_filter)}'
                     "</w:SelectorSet></w:Filter>")
    return f"<n:Enumerate>{''.join(parts)}{inner}</n:Enumerate>"


def pull_body(context, max_elements=None, *, max_time=None, max_characters=None):
    parts = [f"<n:EnumerationContext>{escape(context)}</n:EnumerationContext>"]
    for name, value in (("MaxTime", max_time), ("MaxElements", max_elements), ("MaxCharacters", max_characters)):
        if value is not None:
            parts.append(f"<n:{name}>{value}</n:{name}>")
    return f"<n:Pull>{''.join(parts)}</n:Pull>"


def renew_body(context, expires=None):
    more = "" if expires is None else f"<n:Expires>{expires}</n:Expires>"
    return f"<n:Renew><n:EnumerationContext>{escape(context)}</n:EnumerationContext>{more}</n:Renew>"


def status_body(context):
    return f"<n:GetStatus><n:EnumerationContext>{escape(context)}</n:EnumerationContext></n:GetStatus>"


def release_body(context):
    return f"<n:Release><n:EnumerationContext>{escape(context)}</n:EnumerationContext></n:Release>"

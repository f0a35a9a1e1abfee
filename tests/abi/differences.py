"""The differences between Debian's mingw-w64 wsman.h and ours that are meant, each with its reason. docs/compatibility.md
tells users the same, and a test compares the two lists. A difference that is not here is a failure; so is an entry here
that is no difference any more."""

# Declared by mingw-w64, not by us: name, reason.
MISSING = {name: "client function: declared with libwsmclient" for name in (
    "WSManInitialize WSManDeinitialize WSManGetErrorMessage WSManCreateSession WSManCloseSession WSManSetSessionOption "
    "WSManGetSessionOptionAsDword WSManGetSessionOptionAsString WSManCloseOperation WSManCreateShell "
    "WSManRunShellCommand WSManSignalShell WSManReceiveShellOutput WSManSendShellInput WSManCloseCommand "
    "WSManCloseShell WSManCreateShellEx WSManRunShellCommandEx WSManDisconnectShell WSManReconnectShell "
    "WSManReconnectShellCommand WSManConnectShell WSManConnectShellCommand").split()}

# Declared by us, not by mingw-w64.
ADDED = {
    "WSManPluginRegisterShutdownCallback": "notification without waiting for an event; other hosts on Linux have it too",
}

# A different value, size or type: what, reason.
CHANGED = {}

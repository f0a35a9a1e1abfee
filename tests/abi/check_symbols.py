"""libwsmsvc.so exports the documented functions under their plain names, and nothing else; its SONAME is the one that
plug-ins record; and each function that the headers declare is there."""
import re
import subprocess
import sys
from pathlib import Path

import declarations

INTERFACE = """WSManPluginReportContext WSManPluginReceiveResult WSManPluginOperationComplete
WSManPluginGetOperationParameters WSManPluginGetConfiguration WSManPluginReportCompletion WSManPluginFreeRequestDetails
WSManPluginAuthzUserComplete WSManPluginAuthzOperationComplete WSManPluginAuthzQueryQuotaComplete
WSManPluginRegisterShutdownCallback WSManPluginReportObject WSManPluginReportReference WSManPluginReportItem""".split()


def main(library, include):
    # Sanitizers add symbols of their own to everything they instrument.
    lines = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    exported = {line.split()[-1] for line in lines.splitlines()}
    exported = {name for name in exported if not re.match(r"_?_?(asan|ubsan|tsan|sancov|sanitizer|interceptor)", name)}
    posix = set(declarations.read((Path(include) / "wsman_posix.h").read_text(), "1_0").functions)
    plugin = declarations.read((Path(include) / "wsman" / "plugin.h").read_text(), "1_0").functions
    resource = declarations.read((Path(include) / "wsman_resource.h").read_text(), "1_0").functions
    wrong = [f"{name} is not exported" for name in ({*INTERFACE, *plugin, *resource} | posix) - exported]
    wrong += [f"{name} is exported" for name in exported - {*INTERFACE, "wsmsvc_install"} - posix]
    dynamic = subprocess.run(["readelf", "-dW", library], capture_output=True, text=True, check=True).stdout
    if "Library soname: [libwsmsvc.so.1]" not in dynamic:
        wrong.append("the SONAME is not libwsmsvc.so.1")
    if not posix or len(plugin) < 11 or len(resource) != 3:
        wrong.append("the headers were not understood")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

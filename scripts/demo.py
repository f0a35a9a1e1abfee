"""What scripts/run shows: pywinrm as three users against a service with the sample authorization plug-in.

    demo.py BUILD-FOLDER
"""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import winrm
from winrm.exceptions import WinRMError

# The XML with which the plug-in refuses mallory; it has to come out at the other end.
WHY = '<Refusal xmlns="urn:example:roles"><Reason>mallory left the company</Reason></Refusal>'
ROLES = f"""# Who may do what, read by samples/authz-roles
alice allow
boss allow administrator
mallory deny {WHY}
"""
USERS = {"alice": "wonderland", "mallory": "guess", "boss": "corner-office"}
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"


def say(text):
    print(text, flush=True)


def expect(condition, what):
    if not condition:
        raise SystemExit(f"This should not have happened: {what}")


@contextlib.contextmanager
def service(build, roles):
    command = [build / "bin" / "winrmd", "try", "--json", "--authz", build / "lib/winrmd/samples/authz-roles.so",
               "--authz-param", f"roles={roles}"]
    for name, password in USERS.items():
        command += ["--user", f"{name}:{password}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    expect(line, "the service did not start")
    try:
        yield json.loads(line)
    finally:
        process.send_signal(signal.SIGTERM)
        expect(process.wait(20) == 0, "the service did not end in good order")


def protocol(url, user):
    return winrm.Protocol(url, transport="basic", username=user, password=USERS[user])


def envelope(client, action, resource, body="", selector=""):
    """pywinrm has no call for listing shells, so the demo writes these envelopes itself and lets pywinrm send them."""
    chosen = f'<w:SelectorSet><w:Selector Name="ShellId">{selector}</w:Selector></w:SelectorSet>' if selector else ""
    return client.send_message(f"""<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
 xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"><s:Header>
<a:To>{client.transport.endpoint}</a:To><w:ResourceURI s:mustUnderstand="true">{resource}</w:ResourceURI>
<a:ReplyTo><a:Address s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
<a:Action s:mustUnderstand="true">{action}</a:Action><a:MessageID>uuid:{os.urandom(16).hex()}</a:MessageID>
<w:OperationTimeout>PT20S</w:OperationTimeout>{chosen}</s:Header><s:Body>{body}</s:Body></s:Envelope>""")


def alice_works(url):
    client = protocol(url, "alice")
    shell = client.open_shell()
    command = client.run_command(shell, "echo", ["hello from", "$(uname -s)"])
    output, errors, status = client.get_command_output(shell, command)
    client.cleanup_command(shell, command)
    expect(status == 0 and output.decode().strip() == "hello from Linux", f"alice got {output} {errors} {status}")
    say(f"alice is allowed. Her command said: {output.decode().strip()!r}, exit code {status}.")
    say(f"She leaves her shell {shell} open.")
    return shell


def mallory_is_refused(url):
    try:
        protocol(url, "mallory").open_shell()
    except WinRMError as error:
        text = str(error)
        say("mallory is refused. His client shows:")
        say(f"    {text}")
    else:
        raise SystemExit("This should not have happened: mallory got a shell")
    # pywinrm leaves out what the plug-in said, so the same request is made once more, and the fault read as it came.
    fault = raw_fault(url)
    expect("mallory left the company" in fault and "urn:example:roles" in fault, f"the fault has no reason: {fault}")
    say("and the fault that it got has the plug-in's own words in it:")
    say("    ..." + fault[fault.index("<Refusal"):fault.index("</Refusal>") + len("</Refusal>")] + "...")


def raw_fault(url):
    import requests
    client = protocol(url, "mallory")
    sent = {}
    client.transport.send_message = lambda message: sent.setdefault("message", message)
    with contextlib.suppress(Exception):
        client.open_shell()
    message = sent["message"]
    message = message if isinstance(message, bytes) else message.encode()
    reply = requests.post(url, data=message, auth=("mallory", USERS["mallory"]), timeout=30,
                          headers={"Content-Type": "application/soap+xml;charset=UTF-8"})
    expect(reply.status_code == 500, f"mallory's request was answered with status {reply.status_code}")
    return reply.text


def boss_cleans_up(url, shell):
    client = protocol(url, "boss")
    listing = envelope(client, ENUMERATION + "Enumerate", SHELL,
                       "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements></n:Enumerate>")
    text = listing if isinstance(listing, str) else listing.decode()
    expect(shell in text and "alice" in text, f"boss does not see alice's shell: {text}")
    say(f"boss is administrator. He lists the shells and sees alice's, {shell},")
    envelope(client, TRANSFER + "Delete", SHELL + "/cmd", selector=shell)
    say("and deletes it.")
    try:
        protocol(url, "alice").run_command(shell, "echo", ["still there?"])
    except WinRMError as error:
        say(f"alice's next command gets: {error}")
    else:
        raise SystemExit("This should not have happened: alice's shell is still there")


def main():
    build = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="winrmd-demo-") as folder:
        roles = pathlib.Path(folder) / "roles"
        roles.write_text(ROLES, encoding="utf-8")
        # As root the service runs as nobody, who has to be able to read the file.
        os.chmod(folder, 0o755)
        with service(build, roles) as started:
            url = started["url"]
            say(f"A throw-away service runs at {url}, with samples/authz-roles deciding.\n")
            shell = alice_works(url)
            say("")
            mallory_is_refused(url)
            say("")
            boss_cleans_up(url, shell)
        say("\nThe service has ended and left nothing behind. All was as it should be.")


if __name__ == "__main__":
    main()

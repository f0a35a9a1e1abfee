"""The sample with a shell that clients leave and come back to."""

import uuid

import pytest

import envelope as e
import paths
from trying import try_out
from wsman import FaultError

PLUGIN = paths.BUILD / "lib" / "winrmd" / "samples" / "notes-shell.so"
URI = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/notes-shell"
NOTES = "{urn:example:notes}"
DISCONNECTED = 2150859204


@pytest.fixture(name="notes")
def notes_shell():
    with try_out("--user", "alice:a", "--plugin", PLUGIN) as running, running.client(resource=URI) as client:
        # Only a shell whose id its client chose can be left.
        yield client.create(shell_id=str(uuid.uuid4()).upper())


def connect(shell, command=None):
    which = f' CommandId="{command}"' if command else ""
    return shell.call(e.CONNECT, f"<rsp:Connect{which}/>")


def leave(shell):
    shell.call(e.DISCONNECT, "<rsp:Disconnect/>")


def test_NotesShell_CountsItsNotes(notes):
    assert notes.run("buy milk") == (b"1\n", b"", 0)
    assert notes.run("call", ["home"]) == (b"2\n", b"", 0)


def test_NotesShell_TellsItsNotesToWhoConnects(notes):
    notes.run("buy <milk> & bread")
    notes.run("call", ["home"])
    leave(notes)
    with notes.client.clone() as other:
        answer = connect(notes.of(other))
        assert [note.text for note in answer.root.iter(f"{NOTES}Note")] == ["buy <milk> & bread", "call home"]
        assert notes.of(other).run("third")[0] == b"3\n"


def test_NotesShell_KeepsACommandForWhoComesBack(notes):
    command = notes.command("kept")
    leave(notes)
    with pytest.raises(FaultError) as away:
        notes.receive(command)
    assert away.value.code == DISCONNECTED
    with notes.client.clone() as other:
        connect(notes.of(other))
        connect(notes.of(other), command)
        assert notes.of(other).collect(command) == (b"1\n", b"", 0)


def test_NotesShell_EndsWhileNobodyIsConnected(notes):
    notes.command("never asked for")
    leave(notes)
    notes.delete()
    assert notes.client.shell_ids() == []

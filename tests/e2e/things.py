"""A service with the resource probe, whose things have a name and a size."""

import contextlib
from xml.sax.saxutils import escape

import envelope as e
import paths
import settings
from probes import Log
from service import Service, scratch_folder
from stand import fresh_users

THING = "http://winrmd.test/resource/thing"
PLAIN = "http://winrmd.test/resource/plain"  # Get and Enumerate, without anything else
FILE = paths.PROBES / "resource_probe.so"

EVERYTHING = "O:NSG:BAD:P(A;;GA;;;AU)"  # who has logged in may do everything

CAPABILITIES = [{"type": "Get", "supports_fragment": True}, {"type": "Put", "supports_fragment": True}, "Create", "Delete",
                "Invoke", {"type": "Enumerate", "supports_filtering": True}]


def xml(name, size):
    return f'<t:Thing xmlns:t="{THING}"><t:Name>{escape(name)}</t:Name><t:Size>{size}</t:Size></t:Thing>'


def named(name):
    return [("Name", name)]


def found(reply):
    """Names and sizes of all things in a reply."""
    return [(one.findtext(f"{{{THING}}}Name"), one.findtext(f"{{{THING}}}Size"))
            for one in reply.root.iter(f"{{{THING}}}Thing")]


def references(reply):
    """The values of all Name selectors in a reply."""
    return [one.text for one in reply.root.iter(f"{{{e.WSMAN}}}Selector") if one.get("Name") == "Name"]


class Things:
    """What one user's client does with them."""

    def __init__(self, client):
        self.client = client

    def create(self, name, size=1):
        return self.client.call(e.CREATE, THING, xml(name, size))

    def get(self, name, **rest):
        return self.client.call(e.GET, THING, selectors=named(name), **rest)

    def put(self, name, size, **rest):
        return self.client.call(e.PUT, THING, xml(name, size), selectors=named(name), **rest)

    def delete(self, name):
        return self.client.call(e.DELETE, THING, selectors=named(name))

    def invoke(self, method, **rest):
        return self.client.call(f"{THING}/{method}", THING, f'<t:{method}_INPUT xmlns:t="{THING}"/>', **rest)

    def enumerate(self, *, extra="", options=(), **rest):
        return self.client.call(e.ENUMERATE, THING, e.enumerate_body(**rest), extra=extra, options=options)

    def pull(self, context, max_elements=None, *, extra="", max_size=153600, **rest):
        return self.client.call(e.PULL, THING, e.pull_body(context, max_elements, **rest), extra=extra,
                                max_size=max_size)

    def release(self, context):
        return self.client.call(e.RELEASE, THING, e.release_body(context))

    def open(self, count, *, last=None, inner=""):
        """The context of an enumeration of made-up things."""
        options = [e.option("Count", str(count))] + ([e.option("Last", last)] if last else [])
        return self.enumerate(optimize=False, inner=inner, options=options).text(e.ENUMERATION, "EnumerationContext")


@contextlib.contextmanager
def things_stand(**limits):
    """The service, and the log of its plug-in."""
    with scratch_folder() as folder:
        log = Log(folder, "resources.jsonl")
        resources = [{"uri": THING, "capabilities": CAPABILITIES},
                     {"uri": PLAIN, "supports_options": False, "capabilities": ["Get", "Enumerate"]}]
        plugin = {"name": "things", "file": FILE, "resources": resources, "parameters": {"log": str(log.file)}}
        with Service(folder, fresh_users(), [settings.application(plugin, root_sddl=EVERYTHING)], limits=limits or None, tls=True) as service:
            yield service, log

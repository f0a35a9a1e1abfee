"""A service with both probes: what the gate's tests run against."""

import contextlib
import dataclasses
import itertools

import envelope as e
import settings
from probes import AuthzProbe, ShellProbe
from service import Service, scratch_folder
from wsman import FaultError

PASSWORD = "swordfish-{}-of-the-test"  # looked for in logs: it must not be there


@dataclasses.dataclass
class Stand:
    service: Service
    authz: AuthzProbe
    shells: ShellProbe
    numbers: object = dataclasses.field(default_factory=itertools.count)
    late: int = 0  # contexts reported too late: refused, and released nevertheless
    final: list = None  # what the authorization probe had logged when the service was over

    def fresh(self):
        """A user nobody has used, so that there is no user record."""
        return f"user{next(self.numbers):02}"

    def client(self, user, **rest):
        return self.service.client(user, resource=e.PROBE, **rest)

    def admit(self, user, **rest):
        """One request of the user that the gate has to let through; the fault, or None."""
        with self.client(user, **rest) as client:
            return refusal(client)


def refusal(client, **rest):
    """Makes a request that any admitted user may make; the fault the client got, or None."""
    try:
        client.enumerate(**rest)
        return None
    except FaultError as error:
        return error.fault


def fresh_users(count=100):
    return {f"user{number:02}": PASSWORD.format(number) for number in range(count)}


@contextlib.contextmanager
def gate_stand(*, limits=None, users=None, killed=False, authorization=(), accounts=None, privileged=False,
               **application):
    """Starts it, and looks afterwards whether each reported context was released once (S9), whatever the test did.
    `killed`: the test kills authorization hosts, whose contexts die with them."""
    with scratch_folder() as folder:
        authz, shells = AuthzProbe(folder), ShellProbe(folder)
        app = settings.application(shells.setting(), settings.cmd_plugin(),
                                   authorization=authz.setting(**dict(authorization)), **application)
        service = Service(folder, users or fresh_users(), [app], limits=limits, accounts=accounts,
                          privileged=privileged)
        stand = Stand(service, authz, shells)
        with service:
            yield stand
        stand.final = authz.events()
        ends = authz.events("Shutdown")
        assert ends or killed or not authz.events("Startup"), "the authorization plug-in was not shut down"
        for end in ends:
            assert end["plugin_context_ok"] and end["flags"] == 0 and end["reason"] in (1, 2)
            assert end["reports"] + stand.late == end["releases"], end

import pytest

from pki import throw_away_authority
from realm import throw_away_realm
from trying import try_out


@pytest.fixture
def try_service():
    """A throw-away service with a user and an administrator; nothing of it may be left afterwards."""
    with try_out("--user", "alice:wonderland", "--admin", "boss:corner-office") as running:
        yield running


@pytest.fixture(scope="session")
def realm():
    """A KDC of the tests' own; use it together with realm.needs_kdc."""
    with throw_away_realm() as running:
        yield running


@pytest.fixture(scope="session")
def authority():
    with throw_away_authority() as made:
        yield made

import pytest

from trying import try_out


@pytest.fixture
def try_service():
    """A throw-away service with a user and an administrator; nothing of it may be left afterwards."""
    with try_out("--user", "alice:wonderland", "--admin", "boss:corner-office") as running:
        yield running

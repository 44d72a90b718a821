import httpx
import pytest

from satselect.client.client import Client
from satselect.client.errors import BadAddressError, NotReachedError
from satselect.client.transport import Patience
from tests.services import free_port

DATABASES = ["sqlite"]

SECRET = "hunter2"


@pytest.mark.parametrize(
    "url",
    [
        *("", "localhost:8000", "localhost", "ftp://localhost", "http://", "//localhost", "http://[::1", "/api"),
        *("http://localhost:99999", "http://localhost?a=b", "http://localhost/#x", "http://local\nhost"),
    ],
)
def test_what_is_no_address_is_told_at_once(url: str) -> None:
    with pytest.raises(BadAddressError):
        Client(url)


@pytest.mark.parametrize(
    "url", [f"http://anna:{SECRET}@[::1", f"ftp://anna:{SECRET}@host", f"http://a:{SECRET}@host?q"]
)
def test_no_error_shows_a_password(url: str) -> None:
    with pytest.raises(BadAddressError) as raised:
        Client(url)
    assert SECRET not in str(raised.value)


def test_nor_does_one_of_a_service_that_is_not_there() -> None:
    url = f"http://anna:{SECRET}@127.0.0.1:{free_port()}"
    with Client(url, patience=Patience(attempts=1)) as client, pytest.raises(NotReachedError) as raised:
        client.me()
    assert SECRET not in str(raised.value)


def test_a_key_and_a_password_are_one_too_many() -> None:
    with pytest.raises(BadAddressError, match="user name") as raised:
        Client(f"http://anna:{SECRET}@localhost", "sat_ab")
    assert SECRET not in str(raised.value)


def test_a_proxy_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"gopher://anna:{SECRET}@localhost")
    with pytest.raises(BadAddressError, match="proxy") as raised:
        Client("http://localhost")
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("before", ["", " ", "\n"])
@pytest.mark.parametrize("after", ["", "/", "//", "/\n"])
def test_blanks_and_slashes_around_it_do_not_matter(service: httpx.Client, before: str, after: str) -> None:
    with Client(f"{before}{str(service.base_url).rstrip('/')}{after}") as client:
        assert client.me().user == "local"

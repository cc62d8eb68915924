"""Files at rest cannot be read, changed, cut short or moved."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from evidence import vault

CANARY = b"canary-of-the-statement"


def _store(content: bytes) -> str:
    key = vault.new_key()
    vault.write(key, [content])
    return key


def _read(key: str) -> bytes:
    with vault.open_file(key) as file:
        return file.read()


@given(size=strategies.integers(0, 3 * vault.CHUNK + 2), piece=strategies.integers(1, 70_000))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out(size: int, piece: int) -> None:
    content = (b"0123456789" * (size // 10 + 1))[:size]
    key = vault.new_key()
    written = vault.write(key, [content[at : at + piece] for at in range(0, size, piece)])
    assert (written, _read(key)) == (size, content)


def test_any_place_can_be_read() -> None:
    content = bytes(range(256)) * 1024
    with vault.open_file(_store(content)) as file:
        file.seek(200_000)
        assert file.read(10) == content[200_000:200_010]
        assert file.seek(-5, 2) == len(content) - 5
        assert file.read() == content[-5:]


def test_the_disk_holds_no_plain_content() -> None:
    key = _store(CANARY)
    assert CANARY not in vault.path_of(key).read_bytes()


def test_only_the_owner_may_read() -> None:
    path = vault.path_of(_store(CANARY))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("at", [0, 5, 30, -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    key = _store(CANARY)
    stored = bytearray(vault.path_of(key).read_bytes())
    stored[at] ^= 1
    vault.path_of(key).write_bytes(stored)
    with pytest.raises(vault.VaultError):
        _read(key)


def test_a_cut_file_is_noticed() -> None:
    key = _store(bytes(2 * vault.CHUNK + 100))
    path = vault.path_of(key)
    path.write_bytes(path.read_bytes()[: -(100 + 16)])
    with pytest.raises(vault.VaultError):
        _read(key)


def test_a_file_moved_to_another_name_cannot_be_read() -> None:
    key, other = _store(CANARY), _store(b"x")
    vault.path_of(key).rename(vault.path_of(other))
    with pytest.raises(vault.VaultError):
        _read(other)


def test_a_broken_stream_leaves_nothing() -> None:
    def broken() -> Any:
        yield b"half"
        raise ConnectionResetError

    key = vault.new_key()
    with pytest.raises(ConnectionResetError):
        vault.write(key, broken())
    assert list(vault.list_keys()) == []


@pytest.mark.parametrize("key", ["../../etc/passwd", "ab/../../x", "ab", "/etc/passwd", "ab/c.d"])
def test_a_key_never_leaves_the_vault(key: str) -> None:
    with pytest.raises(vault.VaultError):
        vault.path_of(key)


def test_the_vault_lies_outside_what_is_served(settings: Any) -> None:
    served = [Path(str(settings.STATIC_ROOT)), *map(Path, settings.STATICFILES_DIRS)]
    assert not any(vault.root().is_relative_to(folder) for folder in served)

"""Files at rest: random names, owner-only, encrypted in chunks that cannot be swapped, cut or moved."""

import base64
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_MAGIC: Final = b"CPV1"
_SALT_BYTES: Final = 16
_TAG_BYTES: Final = 16
CHUNK: Final = 64 * 1024


class VaultError(Exception):
    """A stored file is missing, altered, cut short or sealed with a key we no longer hold."""


@dataclass(frozen=True)
class _Header:
    key_id: str
    salt: bytes

    @property
    def encoded(self) -> bytes:
        name = self.key_id.encode()
        return _MAGIC + bytes([len(name)]) + name + self.salt


def new_key() -> str:
    """A fresh storage key: says nothing about the file, spreads over folders."""
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name[2:]}"


def write(key: str, chunks: Iterable[bytes]) -> int:
    """Seal a stream under a new key, durable before this returns; nothing stays behind when it fails."""
    path = path_of(key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            size = 0
            for sealed, length in _seal(key, chunks):
                file.write(sealed)
                size += length
            file.flush()
            os.fsync(file.fileno())
            return size
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def open_file(key: str) -> BufferedReader:
    """The plain content as a seekable stream; each chunk is verified as it is read."""
    try:
        return BufferedReader(_SealedReader(key), CHUNK)
    except FileNotFoundError as error:
        raise VaultError("missing") from error


def remove(key: str) -> None:
    """Delete a stored file; one that is gone already is fine."""
    path_of(key).unlink(missing_ok=True)


def exists(key: str) -> bool:
    """Whether a file is stored under this key."""
    return path_of(key).is_file()


def list_keys() -> Iterator[tuple[str, float]]:
    """Every stored key with the time of its last change."""
    for path in root().glob("??/*"):
        try:
            yield f"{path.parent.name}/{path.name}", path.stat().st_mtime
        except FileNotFoundError:
            continue


def root() -> Path:
    """The folder of the vault, outside everything that is served."""
    return Path(str(settings.EVIDENCE_ROOT))


def path_of(key: str) -> Path:
    """Where a key is stored; a key that is none of ours is refused."""
    folder, slash, name = key.partition("/")
    if not slash or not f"{folder}{name}".isalnum():
        raise VaultError("not a storage key")
    return root() / folder / name


def _cipher(header: _Header, key: str) -> AESGCM:
    try:
        master = base64.b64decode(settings.FIELD_KEYS[header.key_id])
    except KeyError:
        raise VaultError("unknown key") from None
    derive = HKDF(algorithm=SHA256(), length=32, salt=header.salt, info=b"evidence:" + key.encode())
    return AESGCM(derive.derive(master))


def _nonce(number: int, *, is_last: bool) -> bytes:
    # The file has a key of its own, so a counter never repeats; the flag makes a cut file fail.
    return bytes(7) + number.to_bytes(4, "big") + bytes([is_last])


def _seal(key: str, chunks: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    header = _Header(next(iter(settings.FIELD_KEYS)), os.urandom(_SALT_BYTES))
    cipher = _cipher(header, key)
    yield header.encoded, 0
    held = b""
    number = 0
    for piece in _evenly(chunks):
        if held:
            yield cipher.encrypt(_nonce(number, is_last=False), held, header.encoded), len(held)
            number += 1
        held = piece
    yield cipher.encrypt(_nonce(number, is_last=True), held, header.encoded), len(held)


def _evenly(chunks: Iterable[bytes]) -> Iterator[bytes]:
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        while len(buffer) > CHUNK:
            yield bytes(buffer[:CHUNK])
            del buffer[:CHUNK]
    if buffer:
        yield bytes(buffer)


class _SealedReader(RawIOBase):
    """Reads the plain content of one sealed file, chunk by chunk, from anywhere in it."""

    def __init__(self, key: str) -> None:
        self._file = path_of(key).open("rb")
        start = self._file.read(len(_MAGIC) + 1)
        if start[: len(_MAGIC)] != _MAGIC or len(start) <= len(_MAGIC):
            raise VaultError("not a sealed file")
        name = self._file.read(start[-1])
        header = _Header(name.decode("ascii", "replace"), self._file.read(_SALT_BYTES))
        self._cipher, self._header = _cipher(header, key), header.encoded
        body = path_of(key).stat().st_size - len(self._header)
        self._count = max(1, -(-body // (CHUNK + _TAG_BYTES)))
        self._size = body - self._count * _TAG_BYTES
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place in the plain content."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """The place in the plain content."""
        return self._at

    def readinto(self, buffer: memoryview | bytearray) -> int:  # type: ignore[override]
        """Fill the buffer from the current chunk."""
        if self._at >= self._size:
            self._chunk(self._count - 1)
            return 0
        number, inside = divmod(self._at, CHUNK)
        piece = self._chunk(number)[inside : inside + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the sealed file."""
        self._file.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        if self._held[0] == number:
            return self._held[1]
        self._file.seek(len(self._header) + number * (CHUNK + _TAG_BYTES))
        sealed = self._file.read(CHUNK + _TAG_BYTES)
        try:
            plain = self._cipher.decrypt(
                _nonce(number, is_last=number == self._count - 1), sealed, self._header
            )
        except InvalidTag as error:
            raise VaultError("altered") from error
        self._held = (number, plain)
        return plain

"""What a file is, judged by its content at offset 0 and never by its name."""

import re
import zipfile
from typing import IO, Final

import filetype

from evidence.problems import FailedError, PasswordError, WrongTypeError

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
HEIC: Final = "image/heic"
OFD: Final = "application/ofd"
XML: Final = "application/xml"
EXTENSIONS: Final = {PDF: "pdf", JPEG: "jpg", PNG: "png", HEIC: "heic", OFD: "ofd", XML: "xml"}
IMAGES: Final = frozenset({JPEG, PNG, HEIC})
# Accepted as they are: never rendered, only ever handed out as an attachment.
OPAQUE: Final = frozenset({OFD, XML})

_HEAD: Final = 4096
_HEIF: Final = frozenset({HEIC, "image/heif"})
_MAX_ENTRIES: Final = 2_000
_MAX_UNPACKED: Final = 200 * 1024 * 1024
_IS_ENCRYPTED: Final = 0x1
_ACTIVE: Final = re.compile(rb"<\s*(?:!doctype|html|svg|[a-z]+:(?:html|svg|script)|script)\b", re.IGNORECASE)
_ENCRYPT_ENTRY: Final = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


def sniff(file: IO[bytes]) -> str:
    """The media type of the content, or WrongTypeError; a locked archive is a PasswordError."""
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _check_ofd(file)
    if _looks_like_xml(head):
        return XML
    guessed = filetype.guess_mime(head)
    if guessed in _HEIF:
        return HEIC
    if guessed in IMAGES:
        return str(guessed)
    raise WrongTypeError


def may_be_locked(file: IO[bytes]) -> bool:
    """Whether a PDF says that it is encrypted; only opening it tells whether a password is needed."""
    file.seek(0)
    return _ENCRYPT_ENTRY.search(file.read()) is not None


def _check_ofd(file: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise FailedError from error
    if "OFD.xml" not in {entry.filename for entry in entries}:
        raise WrongTypeError
    if any(entry.flag_bits & _IS_ENCRYPTED for entry in entries):
        raise PasswordError
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED or any(map(_leaves_archive, entries)):
        raise FailedError
    return OFD


def _leaves_archive(entry: zipfile.ZipInfo) -> bool:
    parts = entry.filename.replace("\\", "/").split("/")
    return ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0]


def _looks_like_xml(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"<?xml") and _ACTIVE.search(text) is None

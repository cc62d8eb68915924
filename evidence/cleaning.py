"""The program that rewrites one untrusted file: run alone, limited, standard input to standard output.

It imports nothing of ours, so that what it parses meets no database, no key and no settings.
"""

import io
import os
import resource
import sys
import xml.parsers.expat
from typing import IO, Final

EXIT_PASSWORD: Final = 10
EXIT_UNREADABLE: Final = 11
MAX_PIXELS: Final = 25_000_000
MAX_PAGES: Final = 500
MAX_OUTPUT: Final = 40 * 1024 * 1024
MAX_HEAP: Final = 512 * 1024 * 1024
MAX_CPU_SECONDS: Final = 10
MAX_OPEN_FILES: Final = 64
_MAX_DEPTH: Final = 200
_QUALITY: Final = 90


class UnreadableError(Exception):
    """The file is broken, too large when unpacked, or not what it should be."""


def limit_process() -> None:
    """Take away what a parser never needs: memory, time, file size, core dumps."""
    limits = {
        resource.RLIMIT_DATA: MAX_HEAP,
        resource.RLIMIT_CPU: MAX_CPU_SECONDS,
        resource.RLIMIT_FSIZE: MAX_OUTPUT,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value))


def clean_image(source: IO[bytes], target: IO[bytes], *, as_png: bool) -> None:
    """Decode and encode again: pixels survive, location and everything hidden does not."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    formats = ["PNG"] if as_png else ["JPEG", "MPO", "HEIF"]
    with Image.open(source, formats=formats) as image:
        if image.width * image.height > MAX_PIXELS:
            raise UnreadableError("too many pixels")
        image.load()
        orientation = image.getexif().get(0x0112, 1)
        has_alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
        pixels = image.convert("RGBA" if as_png and has_alpha else "RGB")
    method = _TURNS.get(orientation)
    turned = pixels.transpose(Image.Transpose(method)) if method is not None else pixels
    del ImageOps
    fresh = Image.frombytes(turned.mode, turned.size, turned.tobytes())
    if as_png:
        fresh.save(target, "PNG", compress_level=4)
    else:
        fresh.save(target, "JPEG", quality=_QUALITY)

"""Where the servers of this checkout live, and under which account they run."""

import hashlib
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent


class EmbeddedError(Exception):
    """An embedded server cannot do what was asked; the message says what to do about it."""


@dataclass(frozen=True)
class Account:
    """The account that a server runs under when root starts it."""

    uid: int
    gid: int


def is_root() -> bool:
    """Whether root runs this; PostgreSQL refuses root, so servers then get an account of their own."""
    return os.geteuid() == 0


def account_of(folder: Path) -> Account | None:
    """The account that a server with this folder runs under, or None to run it as oneself."""
    status = folder.stat()
    return Account(uid=status.st_uid, gid=status.st_gid) if is_root() else None


@dataclass(frozen=True)
class Home:
    """One folder below var/ with the ports, passwords, logs, locks and data of one set of servers."""

    root: Path

    @classmethod
    def named(cls, name: str) -> "Home":
        """The home of this name in this checkout."""
        return cls(CHECKOUT / "var" / name)

    def prepare(self) -> None:
        """Make the folder; only its owner may change it, the servers may pass through."""
        (self.root / "static").mkdir(parents=True, exist_ok=True)
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise EmbeddedError(f"{self.root} belongs to another account; run as that account or remove it.")

    def data(self, server: str) -> Path:
        """The folder that belongs to one server and to its account, made on first use."""
        base = self.root if not is_root() or is_open_to_all(self.root) else outside_folder(self.root)
        folder = base / server
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.stat().st_uid
        if owner == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        elif not is_root() and owner != os.geteuid():
            raise EmbeddedError(f"{folder} belongs to another account; run as that account or remove it.")
        return folder

    def remove(self) -> None:
        """Remove the home and everything in it; its servers must have ended."""
        if is_root():
            shutil.rmtree(outside_folder(self.root))
        shutil.rmtree(self.root)


def is_open_to_all(path: Path) -> bool:
    """Whether any account may walk down to this folder or file."""
    resolved = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in [*resolved.parents, resolved] if folder.is_dir())


def outside_folder(path: Path) -> Path:
    """A folder below /var/tmp that stands for a path other accounts cannot reach."""
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    folder = Path("/var/tmp") / f"creditportal-{digest}"  # noqa: S108 - owner and mode are checked below
    folder.mkdir(mode=0o755, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise EmbeddedError(f"{folder} belongs to somebody else; remove it or move the checkout.")
    return folder


def copy_readable(source: Path, target: Path) -> None:
    """Copy a folder once, so that every account can read it."""
    if target.exists():
        return
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(source, unfinished, symlinks=True)
    for path in [unfinished, *unfinished.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        unfinished.rename(target)
    except OSError:
        # Another command of this checkout was quicker.
        shutil.rmtree(unfinished)

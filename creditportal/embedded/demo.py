"""`bin/demo`: the whole site with sample data, from one command, and gone when that command ends."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

from creditportal.embedded.places import CHECKOUT, EmbeddedError, Home
from creditportal.embedded.processes import die_with_parent, free_port
from creditportal.embedded.site import Site, run_site

_USUAL_PORT = 8000
_POLL_SECONDS = 0.2
_END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedError(Exception):
    """The person at the terminal, or the machine, asked us to end."""


def main(arguments: Sequence[str]) -> int:
    """Run the demonstration until it is stopped, or its tour to the end; return the exit code."""
    parser = argparse.ArgumentParser(prog="bin/demo", description="Runs the site with sample data.")
    parser.add_argument(
        "--tour", action="store_true", help="walk through the site once, then stop everything"
    )
    parser.add_argument("--port", type=int, default=_USUAL_PORT, help="port to use if it is free")
    options = parser.parse_args(arguments)
    for number in _END_SIGNALS:
        signal.signal(number, _raise_stopped)
    try:
        return _run_tour() if options.tour else _run_demo(options.port)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    except StoppedError:
        _say("Stopped.")
        return 0


def _say(text: str) -> None:
    print(text, flush=True)


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    # Once only: a second Ctrl-C must not interrupt the tidying up.
    for each in _END_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise StoppedError


def _run_demo(port: int) -> int:
    with run_site(Home.named("demo"), port=free_port(port), tell=_say) as site:
        _say(f"\n{site.guide}\n\nSite: {site.url}\nMail: {site.mail / 'index.txt'}\nLogs: {site.logs}\n")
        _say("Ctrl-C stops everything; the data stays.")
        while True:
            site.look_after()
            time.sleep(_POLL_SECONDS)


def _run_tour() -> int:
    """Walk through a fresh site; what a failed tour leaves behind stays there to be looked at."""
    home = _fresh_home()
    with run_site(home, port=free_port(), tell=_say) as site:
        code = _walk(site)
    if code == 0:
        home.remove()
    else:
        _say(f"The tour ended with {code}; its logs are in {home.root / 'logs'}")
    return code


def _walk(site: Site) -> int:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "tour", "--url", site.url, "--mail", str(site.mail)],
        cwd=CHECKOUT,
        env=site.env,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - it calls the kernel and nothing else
    )
    try:
        while process.poll() is None:
            site.look_after()
            time.sleep(_POLL_SECONDS)
        return process.returncode
    finally:
        process.kill()
        process.wait()


def _fresh_home() -> Home:
    """A home that nobody used; those of earlier tours are removed unless one is still running."""
    for earlier in (CHECKOUT / "var").glob("tour-*"):
        pid = int(earlier.name.removeprefix("tour-"))
        if pid == os.getpid() or not _is_alive(pid):
            Home(earlier).remove()
    return Home.named(f"tour-{os.getpid()}")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

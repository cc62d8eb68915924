"""`bin/demo`: the whole site with sample data, from one command, and gone when that command ends."""

import argparse
import http.client
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from creditportal.embedded.lease import Addresses, Lease, site_environment, use_servers
from creditportal.embedded.locks import FileLock
from creditportal.embedded.places import CHECKOUT, EmbeddedError, Home, is_root, outside_folder
from creditportal.embedded.processes import free_port
from creditportal.embedded.supervisor import Supervisor

_USUAL_PORT = 8000
_PATIENCE_SECONDS = 60
_POLL_SECONDS = 0.2


class StoppedError(Exception):
    """The person at the terminal, or the machine, asked us to end."""


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Run the demonstration until it is stopped, or its tour to the end; return the exit code."""
    parser = argparse.ArgumentParser(prog="bin/demo", description="Runs the site with sample data.")
    parser.add_argument("--tour", action="store_true", help="walk through the site once, then stop everything")
    parser.add_argument("--port", type=int, default=_USUAL_PORT, help="port to use if it is free")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise_stopped)
    try:
        return _tour() if options.tour else _demo(options.port)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    except StoppedError:
        return 0


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    # Once only: whoever presses Ctrl-C again must not interrupt the tidying up.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise StoppedError


def _demo(port: int) -> int:
    home = Home.named("demo")
    with _site(home, port=free_port(port)) as site:
        say(f"\n{site.guide}\n\nSite:  {site.url}\nMail:  {site.mail / 'index.txt'}\nLogs:  {site.logs}\n")
        say("Ctrl-C stops everything; the data stays.")
        while True:
            site.look_after()
            time.sleep(_POLL_SECONDS)


def _tour() -> int:
    home = Home.named("tour")
    with _alone(home):
        _empty(home)
        with _site(home, port=free_port()) as site:
            tour = [sys.executable, "manage.py", "tour", "--url", site.url]
            process = subprocess.Popen(tour, cwd=CHECKOUT, env=site.env)
            try:
                while process.poll() is None:
                    site.look_after()
                    time.sleep(_POLL_SECONDS)
            finally:
                process.kill()
                process.wait()
            return process.returncode

"""`bin/test`: the tests with servers and a browser of their own."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence

from creditportal.embedded.lease import site_environment, use_servers
from creditportal.embedded.places import CHECKOUT, EmbeddedError, Home, is_root
from creditportal.embedded.processes import die_with_parent

# The shell first: it draws the same pages without menus, for which each new window starts a process.
_BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_PACKAGES = ("chromium-headless-shell", "fonts-noto-cjk")
# Three, since each waits much for its browser and database. In the order of the files: the quick ones come
# last, so that all processes end together.
_WHOLE_SUITE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")


def find_browser() -> str | None:
    """The Chromium to use: named by CHROMIUM, on this machine, or Debian's, which root installs."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = _installed_browser()
    if found is None and is_root() and shutil.which("apt-get"):
        print("Installing Chromium from Debian's packages ...", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", *_PACKAGES],
            check=False,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        found = _installed_browser()
    return found


def _installed_browser() -> str | None:
    return next((path for path in map(shutil.which, _BROWSERS) if path), None)


def main(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments, or the whole suite in some processes; return its exit code."""
    browser = find_browser()
    if browser is None:
        print(f"No Chromium: install it (Debian: apt-get install {' '.join(_PACKAGES)}) or set CHROMIUM.")
        return 1
    try:
        with use_servers(Home.named("test"), is_throwaway=True) as servers:
            environment = {
                **site_environment(servers),
                # The tests make and drop their databases, so they connect as the owner.
                "DATABASE_URL": servers.owner_database,
                "CHROMIUM": browser,
                # Playwright runs an event loop of its own in the tests' thread.
                "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
            }
            return _run([*(arguments or _WHOLE_SUITE)], environment)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


def _run(arguments: list[str], environment: dict[str, str]) -> int:
    tests = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=CHECKOUT,
        env=environment,
        preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - it calls the kernel and nothing else
    )
    while True:
        try:
            return tests.wait()
        except KeyboardInterrupt:
            # pytest got it too and will end by itself.
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

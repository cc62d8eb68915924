"""`bin/bench`: runs benchmarks by name, with servers of their own."""

import argparse
import subprocess
import sys
from collections.abc import Sequence

from creditportal.embedded.lease import site_environment, use_servers
from creditportal.embedded.places import CHECKOUT, EmbeddedError, Home


def names() -> list[str]:
    """Every benchmark: a module in bench/ that runs when it is called."""
    return sorted(path.stem for path in (CHECKOUT / "bench").glob("[!_]*.py"))


def main(arguments: Sequence[str]) -> int:
    """Run the named benchmarks, or all; return how many did not end well."""
    known = names()
    parser = argparse.ArgumentParser(
        prog="bin/bench", description=f"Benchmarks: {', '.join(known) or 'none'}."
    )
    parser.add_argument("name", nargs="*", help="which to run; all of them without a name")
    parser.add_argument("--json", action="store_true", help="one JSON object per benchmark")
    options = parser.parse_args(arguments)
    unknown = set(options.name) - set(known)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(known) or 'none'}")
    try:
        # Durable: figures from a server that forgets would flatter.
        with use_servers(Home.named("bench")) as servers:
            # Each benchmark makes a database of its own, so it connects as the owner.
            environment = {**site_environment(servers), "DATABASE_URL": servers.owner_database}
            flags = ["--json"] if options.json else []
            return sum(_run(name, flags, environment) for name in options.name or known)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


def _run(name: str, flags: list[str], environment: dict[str, str]) -> bool:
    command = [sys.executable, "-m", f"bench.{name}", *flags]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

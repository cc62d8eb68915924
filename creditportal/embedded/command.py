"""`bin/manage`: Django's management commands with the demonstration's servers and data."""

import subprocess
import sys
from collections.abc import Sequence

from creditportal.embedded.lease import site_environment, use_servers
from creditportal.embedded.places import CHECKOUT, EmbeddedError, Home

WITHOUT_SERVERS = {"score_pmml", "fit_scorecard"}


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    if WITHOUT_SERVERS.intersection(arguments[:1]):
        return subprocess.run([sys.executable, "manage.py", *arguments], check=False, cwd=CHECKOUT).returncode
    try:
        with use_servers(Home.named("demo")) as servers:
            command = [sys.executable, "manage.py", *arguments]
            return subprocess.run(
                command, check=False, cwd=CHECKOUT, env=site_environment(servers)
            ).returncode
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

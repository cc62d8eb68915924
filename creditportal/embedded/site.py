"""The whole site of one home: servers, database, web, worker, beat, dispatcher and mail catcher."""

import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from creditportal.embedded.lease import Servers, site_environment, use_servers
from creditportal.embedded.locks import FileLock
from creditportal.embedded.places import CHECKOUT, EmbeddedError, Home
from creditportal.embedded.processes import die_with_parent, free_port
from creditportal.embedded.supervisor import Supervisor

_PATIENCE_SECONDS = 60
_POLL_SECONDS = 0.1


@dataclass
class Site:
    """A running site: where it answers, what to know about it, and the processes behind it."""

    home: Home
    url: str
    env: dict[str, str]
    servers: Servers
    supervisor: Supervisor
    guide: str = ""

    @property
    def mail(self) -> Path:
        """The folder where mail arrives."""
        return self.home.root / "mail"

    @property
    def logs(self) -> Path:
        """The folder with a log of each process."""
        return self.home.root / "logs"

    def look_after(self) -> None:
        """Start again whatever died since the last look."""
        self.servers.revive()
        self.supervisor.look_after()


@contextmanager
def run_site(home: Home, *, port: int, tell: Callable[[str], None]) -> Iterator[Site]:
    """A site that answers at this port for as long as the block lasts; afterwards every process has ended."""
    home.prepare()
    only_one = FileLock(home.root / "site.lock")
    if not only_one.try_take():
        raise EmbeddedError(f"The site of {home.root} is running already.")
    tell("Starting PostgreSQL and Redis ...")
    try:
        with use_servers(home) as servers, _running(servers, port=port, tell=tell) as site:
            yield site
    finally:
        only_one.release()


@contextmanager
def _running(servers: Servers, *, port: int, tell: Callable[[str], None]) -> Iterator[Site]:
    mail_port = free_port()
    env = _environment(servers, port=port, mail_port=mail_port)
    tell("Preparing the database ...")
    _manage("prepare_database", env={**env, "MIGRATE_DATABASE_URL": servers.owner_database})
    logs = servers.home.root / "logs"
    supervisor = Supervisor(env=env, logs=logs, tell=tell, clock=time.monotonic)
    site = Site(servers.home, env["SITE_URL"], env, servers, supervisor)
    try:
        # The processes load their code while the data is loaded.
        tell("Starting the site and loading the sample data ...")
        _add_processes(site, port=port, mail_port=mail_port)
        site.guide = _manage("load_demo", env=env)
        _wait_until_ready(site, port)
        yield site
    finally:
        tell("Stopping ...")
        supervisor.stop_all()


def _environment(servers: Servers, *, port: int, mail_port: int) -> dict[str, str]:
    env = {
        **site_environment(servers),
        # By name: a browser keeps no passkey for an address made of numbers.
        "SITE_URL": f"http://localhost:{port}",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "DEMO": "True",
        "STAFF_MFA_REQUIRED": "False",
    }
    # The site itself never learns the owner's password.
    del env["MIGRATE_DATABASE_URL"]
    return env


def _manage(command: str, *, env: dict[str, str]) -> str:
    """Run one management command and return what it printed."""
    result = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=CHECKOUT,
        env=env,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        # Out of the terminal's group, so that Ctrl-C reaches only us and we end it.
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    if result.returncode != 0:
        raise EmbeddedError(f"manage.py {command} did not work:\n{result.stdout[-2000:]}")
    return result.stdout.strip()


def _add_processes(site: Site, *, port: int, mail_port: int) -> None:
    python, add = sys.executable, site.supervisor.add
    celery = [python, "-m", "celery", "--app", "creditportal", "--quiet"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    granian = [python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    granian += ["--blocking-threads", "8", "--workers-kill-timeout", "5", "--no-ws"]
    add("mail", [python, "-m", "creditportal.embedded.mailbox", site.mail, str(mail_port)])
    add("web", [*granian, "creditportal.wsgi:application"])
    add("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", *quiet])
    add("beat", [*celery, "beat", "--schedule", site.home.root / "beat-schedule", "--pidfile="])
    add("dispatcher", [python, "manage.py", "run_dispatcher"])


def _wait_until_ready(site: Site, port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _is_ready(port):
        site.look_after()
        if time.monotonic() > deadline:
            raise EmbeddedError(f"The site does not answer; see {site.logs}")
        time.sleep(_POLL_SECONDS)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()

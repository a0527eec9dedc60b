"""The running stack: uvicorn on a loopback port, as in production but with one process."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from callcenter import embedded

#: Seconds the server may take to answer for the first time.
PATIENCE = 60


class Server:
    """Started for the length of a measurement; knows its memory."""

    def __init__(self, port: int = 0, name: str = "bench-server", **environment: str) -> None:
        self.port = port or _free_port()
        embedded.VAR.mkdir(parents=True, exist_ok=True)
        self.log = embedded.VAR / f"{name}.log"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "uvicorn", "bench.asgi:application", "--host", "127.0.0.1",
                    "--port", str(self.port), "--timeout-keep-alive", "600", "--no-access-log", "--log-level", "warning",
                ],
                env=os.environ | {"STATEMENT_TIMEOUT": "30s", **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                asked.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
                if asked.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise SystemExit(f"The server did not start: {self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def forget_peak(self) -> None:
        """From now on the peak of memory counts anew."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def peak_mb(self) -> int:
        """Most memory of the process since `forget_peak`, MB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
        return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port

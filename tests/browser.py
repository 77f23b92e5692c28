"""A headless Chromium, driven over a pipe by its DevTools protocol: what a page looks like, does and asks for."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""Where the browser is; None if there is none."""

MISSING = "no Chromium here: `apt-get install chromium` lets this test look at pages as a browser shows them"

OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *(
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--remote-debugging-pipe",
    ),
)
PATIENCE = 60.0
"""Seconds that an answer may take, on the busiest machine."""


class Tab:
    """One page in the browser.

    Attributes:
        requests: the addresses of everything that was asked for, and was not refused by the policy of the page.
        complaints: what the console says, as of errors and of what the policy of the page forbids.
    """

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.requests: dict[str, str] = {}
        self.complaints: list[str] = []

    def send(self, method: str, **parameters: Any) -> Any:
        """Ask something of the browser, and wait for the answer."""
        return self._browser.send(method, session=self._session, **parameters)

    @property
    def files(self) -> list[str]:
        """The names of the files that were asked for."""
        return [url.rpartition("/")[2] for url in self.requests.values()]

    def open(self, path: Path, width: int = 1400, *, dark: bool = False, scripts: bool = True) -> None:
        """Show a file."""
        scheme = "dark" if dark else "light"
        self.requests.clear()
        self.complaints.clear()
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.send("Emulation.setScriptExecutionDisabled", value=not scripts)
        self._browser.await_event(self, "Page.loadEventFired", "Page.navigate", url=path.resolve().as_uri())

    def run(self, script: str) -> Any:
        """What an expression is worth on the page."""
        found = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press a key and let it go."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        facts = {"key": key, "windowsVirtualKeyCode": code, "text": text}
        self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **facts)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def picture(self) -> bytes:
        """The whole page as PNG."""
        height = self.run("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": self.run("innerWidth"), "height": min(height, 16_000), "scale": 1}
        return b64decode(self.send("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"])

    def paper(self) -> bytes:
        """The page printed on A4, as PDF."""
        found = self.send(
            "Page.printToPDF",
            paperWidth=8.27,
            paperHeight=11.69,
            printBackground=True,
            preferCSSPageSize=True,
        )
        return b64decode(found["data"])


class Browser:
    """A browser that runs until the block is left."""

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        high = [fcntl.fcntl(each, fcntl.F_DUPFD, 20) for each in (theirs_in, theirs_out)]

        def join_up() -> None:
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self._process = subprocess.Popen(
            [str(CHROMIUM), *OPTIONS, f"--user-data-dir={self._folder.name}", "about:blank"],
            preexec_fn=join_up,  # noqa: PLW1509  the browser takes its pipes by these numbers
            pass_fds=(3, 4),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for each in (theirs_in, theirs_out, *high):
            os.close(each)
        self._number, self._rest = 0, b""
        self._tabs: dict[str, Tab] = {}
        self._seen: list[tuple[str, str]] = []
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)
        self._folder.cleanup()

    @contextmanager
    def tab(self) -> Iterator[Tab]:
        """A page of its own."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = self._tabs[session] = Tab(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            tab.send(f"{domain}.enable")
        yield tab
        self.send("Target.closeTarget", targetId=target)

    def send(self, method: str, session: str = "", **parameters: Any) -> Any:
        """Send a command, and wait for its answer."""
        self._number += 1
        number = self._number
        message = {
            "id": number,
            "method": method,
            "params": parameters,
            **({"sessionId": session} if session else {}),
        }
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == number:
                assert "error" not in found, (method, found["error"])
                return found["result"]

    def await_event(self, tab: Tab, event: str, method: str, **parameters: Any) -> None:
        """Send a command, and wait until something has happened."""
        self._seen.clear()
        tab.send(method, **parameters)
        while not any(name == event for _, name in self._seen):
            self._next()

    def _next(self) -> dict[str, Any]:
        """The next message; what it tells of a page is noted."""
        while b"\0" not in self._rest:
            ready, _, _ = select([self._from], [], [], PATIENCE)
            assert ready, "the browser does not answer"
            piece = os.read(self._from, 1 << 20)
            assert piece, "the browser is gone"
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self._note(message)
        return message

    def _note(self, message: dict[str, Any]) -> None:
        tab, told = self._tabs.get(message.get("sessionId", "")), message.get("params", {})
        method = message.get("method", "")
        self._seen.append((message.get("sessionId", ""), method))
        if tab is None:
            return
        if method == "Network.requestWillBeSent":
            tab.requests[told["requestId"]] = told["request"]["url"]
        if method == "Network.loadingFailed" and told.get("blockedReason") == "csp":
            tab.requests.pop(told["requestId"])
        if method == "Log.entryAdded":
            tab.complaints.append(told["entry"]["text"])
        if method == "Runtime.exceptionThrown":
            tab.complaints.append(str(told["exceptionDetails"]))
        if method == "Runtime.consoleAPICalled":
            tab.complaints.append(str(told["args"]))

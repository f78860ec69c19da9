"""A submission's own process: runs its cells, and calls its functions when the judge asks."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from bplib.checking.calling.calls import Outcome, call
from bplib.grading.sandbox.inside.cells import Shell, run
from bplib.grading.sandbox.inside.files import lay
from bplib.grading.sandbox.inside.wire import WireError, receive, send, send_each


def serve(sock: socket.socket, shell: Shell) -> None:
    """Answer until the judge hangs up."""

    def far(number: int) -> Callable[..., Any]:
        """A function of the judge's: calling it asks over there, and waits."""

        def remote(*args: Any, **kwargs: Any) -> Any:
            send(sock, {"ask": number, "args": list(args), "kwargs": kwargs})
            answer = receive(sock)
            if not isinstance(answer, dict) or "value" not in answer:
                raise ValueError(str(answer.get("error", "the function failed")))
            return answer["value"]

        return remote

    send(sock, {"ready": True})  # before any line of the student's: what comes later may be forged
    while True:
        try:
            asked = receive(sock, far)
        except WireError:
            return
        if asked["do"] == "run":
            outputs = run(shell, asked["source"], asked["seconds"])
            try:
                send(sock, {"outputs": outputs})
            except WireError as error:
                text = f"The outputs of this cell are not kept: {error}.\n"
                send(sock, {"outputs": [{"output_type": "stream", "name": "stderr", "text": text}]})
        elif asked["do"] == "lay":
            lay(asked["names"], asked["contents"])
            send(sock, {"laid": True})
        elif asked["do"] == "names":
            found = {name: shell.user_ns[name] for name in asked["names"] if name in shell.user_ns}
            send(sock, {"names": {name: callable(value) for name, value in found.items()}})
        elif asked["do"] == "call":
            function = shell.user_ns.get(asked["name"])
            try:
                send_each(sock, _calls(function, **asked) if callable(function) else [{"gone": True}])
            except WireError as error:
                send_each(sock, [{"too_large": str(error)}])


def _calls(
    function: Callable[..., Any],
    inputs: list[dict[str, Any]],
    timeout: float,
    within: float,
    listen: bool,
    **_: Any,
) -> Iterator[dict[str, Any]]:
    """What it gives for one input after the other, until it fails or the time is over."""
    began = time.monotonic()
    for given in inputs:
        outcome = call(function, given, timeout, listen=listen)
        yield _told(outcome)
        if outcome.failure is not None or time.monotonic() - began > within:
            return


def _told(outcome: Outcome) -> dict[str, Any]:
    failure = outcome.failure
    return {
        "result": outcome.result,
        "failure": failure and [failure.kind, failure.message, failure.line, failure.error],
        "warned": outcome.warned[:1000],
        "changed": list(outcome.changed),
        "returned": outcome.returned,
        "heard": outcome.heard and asdict(outcome.heard),
    }

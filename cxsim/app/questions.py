"""What is asked about a comparison that is shown: what lay behind a month, one customer's years, what a firm weighed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from cxsim.app.pool import SOON, Pool
from cxsim.config.errors import CxsimError

if TYPE_CHECKING:
    from cxsim.app.session import Request

KINDS = frozenset({"explain", "follow", "weigh"})


class Questions:
    """One browser's questions; a new one of a kind replaces the one before.

    Args:
        pool: where work is done.
        say: how answers are sent.
        told: what is said of an error.
    """

    def __init__(self, pool: Pool, say: Callable[[Mapping[str, Any]], Awaitable[None]], told: Callable[[Exception], str]):
        self._pool, self._say, self._told = pool, say, told
        self._asked: dict[str, asyncio.Task[None]] = {}

    def ask(self, do: str, serial: int, said: Mapping[str, Any], request: Request) -> None:
        """Answer a question about what is shown.

        Args:
            do: one of :data:`KINDS`.
            serial: the question's number, which its answer bears.
            said: the question.
            request: what is shown.
        """
        before = self._asked.pop(do, None)
        if before is not None:
            before.cancel()
        task = asyncio.ensure_future(self._reply(do, serial, said, request))
        self._asked[do] = task
        task.add_done_callback(lambda done: self._asked.pop(do) if self._asked.get(do) is done else None)

    def clear(self) -> None:
        """No answer is wanted any more."""
        for task in self._asked.values():
            task.cancel()

    async def _reply(self, do: str, serial: int, said: Mapping[str, Any], request: Request) -> None:
        try:
            answer = await (self._explain(said, request) if do == "explain" else self._about_one(do, said, request))
            await self._say({"is": do, "serial": serial, "answer": answer})
        except Exception as error:
            await self._say({"is": "error", "about": do, "serial": serial, "text": self._told(error)})

    async def _explain(self, said: Mapping[str, Any], request: Request) -> dict[str, Any]:
        month = whole(said, "month", int(request.state.run["months"]) - 1)
        jobs = (self._pool.run(("explain", key, month), "explain", request.configs[name], month, rank=SOON)
                for name, key in request.keys.items())  # fmt: skip
        return dict(zip(request.keys, await asyncio.gather(*jobs), strict=True))

    async def _about_one(self, do: str, said: Mapping[str, Any], request: Request) -> dict[str, Any]:
        name = "policy" if said.get("side") == "policy" else "baseline"
        config, key = request.configs[name], request.keys[name]
        picks: dict[str, Any] = {}
        if do == "follow":
            from cxsim.results.explain import NOTABLE

            notable = await self._pool.run(("notable", key), "notable", config, rank=SOON)
            picks = {"picks": [{"name": word, "words": words, "index": notable[word]} for word, words in NOTABLE.items()]}
            who = said.get("who")
            known = isinstance(who, str) and who in notable
            asked: tuple[Any, ...] = (notable[who] if known else whole(said, "who", config.market.n_customers - 1),)
        else:
            asked = (str(said.get("firm", ""))[:200], whole(said, "month", int(request.state.run["months"]) - 1))
        return {"side": name, **picks, **await self._pool.run((do, key, *asked), do, config, *asked, rank=SOON)}


def whole(said: Mapping[str, Any], name: str, most: int) -> int:
    """A whole number of a question.

    Raises:
        CxsimError: it is none, or not from 0 to ``most``.
    """
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise CxsimError(f"{name}: given {str(value)[:40]}; allowed: a whole number from 0 to {most}.")
    return value

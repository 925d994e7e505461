"""Trying one thing after the other: each within its time, all within theirs, and each told."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from mailgen.core.errors import MailgenError
from mailgen.core.text import Text
from mailgen.discovery import Attempt, Limits, Nothing
from mailgen.discovery.fetch import Page, fetch

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Coroutine, Sequence

    from mailgen.discovery.names import Names

    #: What a try brings: in a few words for the user, whether these are settings, and as a value.
    Answer = tuple[str, bool, Any]
    Try = tuple[str, str, Coroutine[Any, Any, Answer]]


class Asker:
    """Carries out tries. `tell` is called after each; the time for all of them begins now."""

    def __init__(
        self, names: Names, trusted: ssl.SSLContext, limits: Limits, tell: Callable[[Attempt], None]
    ) -> None:
        self.names, self._trusted, self._limits, self._tell = names, trusted, limits, tell
        self._end = time.monotonic() + limits.whole

    async def page(self, url: str) -> Page:
        """Return the page at a URL of ours; raises Nothing."""
        return await fetch(url, self.names, self._trusted, self._limits)

    async def tried(self, method: str, asked: str, coroutine: Coroutine[Any, Any, Answer]) -> Any:
        """Return the value of one try, or None if nothing came of it."""
        return (await self.tried_together([(method, asked, coroutine)]))[0]

    async def tried_together(self, tries: Sequence[Try]) -> list[Any]:
        """Do some tries at the same time, and tell them in their order."""
        ends = await asyncio.gather(*(self._outcome(*one) for one in tries))
        for step, _ in ends:
            self._tell(step)
        return [value for _, value in ends]

    def skip(self, method: str, asked: str, why: str) -> None:
        """Tell of something that is not asked."""
        self._tell(Attempt(method, asked, Text("not asked: {why}", why=why)))

    async def _outcome(
        self, method: str, asked: str, coroutine: Coroutine[Any, Any, Answer]
    ) -> tuple[Attempt, Any]:
        left = self._end - time.monotonic()
        if left <= 0:
            coroutine.close()
            return Attempt(
                method, asked, Text("not asked: {number:g} seconds are over", number=self._limits.whole)
            ), None
        try:
            async with asyncio.timeout(min(self._limits.step, left)):
                said, answered, value = await coroutine
        except TimeoutError:
            return Attempt(method, asked, "no answer in time"), None
        except Nothing as nothing:
            return Attempt(method, asked, nothing.args[0]), None
        except MailgenError as error:
            return Attempt(method, asked, Text("of no use: {what}", what=error.what)), None
        return Attempt(method, asked, said, answered), value

"""Tasks that lose a cancellation are ended all the same."""

import asyncio

from shared.host import end_tasks as ending
from shared.host.end_tasks import end_tasks


async def test_a_task_that_loses_a_cancellation_is_cancelled_again(monkeypatch) -> None:
    monkeypatch.setattr(ending, "CANCEL_AGAIN_AFTER_S", 0.01)
    lost = []

    async def lose_one() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            lost.append(True)
        await asyncio.Event().wait()

    async def fail() -> None:
        raise OSError

    tasks = [asyncio.create_task(one) for one in (lose_one(), fail(), asyncio.Event().wait())]
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await end_tasks(tasks)
    assert lost
    assert all(task.done() for task in tasks)

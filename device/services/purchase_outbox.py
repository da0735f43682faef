"""The outbox of orders to suppliers. It is the ledger itself: what was placed and not sent goes out, across restarts.

Before anything leaves, the disk says that an order may be out; an attempt whose end nobody knows is never repeated without
somebody's word.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zlib import crc32

from device.domain.purchasing.book import PurchaseOrder
from device.domain.purchasing.paper import order_csv, order_json, order_letter, order_paper
from device.domain.purchasing.refusals import BadPurchase
from device.domain.purchasing.sending import PAUSE_MAX, SendState
from device.domain.purchasing.supplier_faults import MailSettings, find_mail_fault
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.purchase import (
    Carried,
    CarryOutcome,
    NotCarried,
    OrderCall,
    OrderCaller,
    OrderMail,
    OrderMailer,
    OrderPapers,
)
from device.ports.stores import SettingsStore
from device.ports.world import Clock, Randomness
from device.services.changes import Changes
from shared.events.event import Event
from shared.events.purchase import (
    OrderChannel,
    PurchaseOrderSendingStarted,
    PurchaseOrderSent,
    SendOutcome,
    SupplierChanged,
)

log = logging.getLogger(__name__)

LOOK_AGAIN_S: Final = 30.0
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxPorts:
    """What the outbox needs; `stall` is the name under which orders go out."""

    ledger: Ledger
    settings: SettingsStore
    clock: Clock
    randomness: Randomness
    changes: Changes
    mailer: OrderMailer
    caller: OrderCaller
    papers: OrderPapers
    stall: Callable[[], str]


class PurchaseOutbox:
    """Sends orders one after the other, and holds how mail goes out."""

    def __init__(self, ports: OutboxPorts) -> None:
        self._ports = ports
        self._under_way = ""

    def is_under_way(self, order_id: str) -> bool:
        """Tell whether an order is being sent at this moment: then its outcome is no riddle, only not there yet."""
        return self._under_way == order_id

    async def run(self) -> None:
        """Send what is due, for ever: at each change of the till, and every now and then."""
        seen = self._ports.changes.count
        while True:
            await self.send_due()
            seen = await self._ports.changes.wait(seen, LOOK_AGAIN_S)

    async def send_due(self) -> int:
        """Send what is due now; return how many attempts that were."""
        tried = 0
        for order in self._ports.ledger.state.purchasing.open_orders:
            channel = self.channel_of(order)
            if channel is not OrderChannel.BY_HAND and self._is_due(order):
                tried += await self._try(order, channel)
        return tried

    def channel_of(self, order: PurchaseOrder) -> OrderChannel:
        """Return how an order can go out now."""
        supplier = self._supplier(order)
        if supplier is not None and supplier.webhook:
            return OrderChannel.WEBHOOK
        has_mail = supplier is not None and supplier.email and self._ports.settings.current.purchase_mail
        return OrderChannel.EMAIL if has_mail else OrderChannel.BY_HAND

    async def pdf(self, order: PurchaseOrder) -> bytes | None:
        """Return an order as a page to read, None where its supplier is unknown."""
        supplier = self._supplier(order)
        if supplier is None:
            return None
        paper = order_paper(order, supplier, self._ports.stall())
        return await asyncio.to_thread(self._ports.papers.order, paper)

    async def set_mail(self, mail: MailSettings) -> MailSettings | BadPurchase:
        """Set the mail server, durable before this answers; without a password the known one stays where the user and server are the same."""
        known = self._ports.settings.current.purchase_mail
        if (
            not mail.password
            and known
            and (known.host, known.port, known.user) == (mail.host, mail.port, mail.user)
        ):
            mail = replace(mail, password=known.password)
        fault = find_mail_fault(mail)
        if fault is not None:
            return fault
        await asyncio.to_thread(self._ports.settings.change, lambda old: replace(old, purchase_mail=mail))
        return mail

    async def try_mail(self) -> NotCarried | None:
        """Sign in at the mail server; None where that works."""
        mail = self._ports.settings.current.purchase_mail
        return (
            NotCarried("no mail server is set up") if mail is None else await self._ports.mailer.try_out(mail)
        )

    def webhook_key(self) -> bytes:
        """Return what calls are signed with, made at the first call. Works the disk: call it in a thread."""
        drawn = self._ports.randomness.bytes(KEY_BYTES)
        return self._ports.settings.change(
            lambda old: old if old.webhook_key else replace(old, webhook_key=drawn)
        ).webhook_key

    def _supplier(self, order: PurchaseOrder) -> SupplierChanged | None:
        return self._ports.ledger.state.purchasing.suppliers.get(order.placed.supplier_id)

    def _is_due(self, order: PurchaseOrder) -> bool:
        if order.sending.state is not SendState.WAITING:
            return False
        # drawn from the order itself, so that a restart changes no pause
        draw = crc32(f"{order.placed.order_id}:{order.sending.tries}".encode())
        due, now = order.sending.due_at(jitter=0.5 + draw / 2**32), self._ports.clock.now()
        return due is None or now >= due or due - now > 2 * PAUSE_MAX  # a clock that was set back

    async def _try(self, order: PurchaseOrder, channel: OrderChannel) -> int:
        order_id = order.placed.order_id
        started = PurchaseOrderSendingStarted(order_id=order_id, channel=channel)

        def begin(state: TillState) -> tuple[Event, ...]:
            now = state.purchasing.orders.get(order_id)
            fits = now is not None and now.is_open and now.sending.state is SendState.WAITING
            return (started,) if fits else ()

        # what cannot even be written must not look as if it might have arrived
        parcel = await self._parcel(order, channel)
        self._under_way = order_id
        try:
            if not await self._ports.ledger.append(begin):
                return 0
            sent = _sent(order_id, channel, await self._carry(parcel))
            await self._ports.ledger.append(lambda _: (sent,))
        finally:
            self._under_way = ""
        log.info("order %s by %s: %s %s", order.placed.number, channel.value, sent.outcome.value, sent.words)
        self._ports.changes.tell()
        return 1

    async def _parcel(
        self, order: PurchaseOrder, channel: OrderChannel
    ) -> OrderMail | OrderCall | NotCarried:
        """Write what will go out."""
        supplier, pdf = self._supplier(order), await self.pdf(order)
        if supplier is None or pdf is None:
            return NotCarried("the supplier is not known any more", lasting=True)
        if channel is OrderChannel.WEBHOOK:
            return await self._call(order, supplier)
        return OrderMail(
            key=order.placed.order_id, to=supplier.email, letter=order_letter(order, supplier, self._ports.stall()),
            pdf=pdf, csv=order_csv(order).encode("utf-8-sig"), file_name=file_name_of(order),
        )  # fmt: skip

    async def _carry(self, parcel: OrderMail | OrderCall | NotCarried) -> CarryOutcome:
        match parcel:
            case OrderCall():
                return await self._ports.caller.call(parcel)
            case OrderMail():
                mail = self._ports.settings.current.purchase_mail
                if mail is None:
                    return NotCarried("no mail server is set up")
                return await self._ports.mailer.send(parcel, mail)
            case NotCarried():
                return parcel

    async def _call(self, order: PurchaseOrder, supplier: SupplierChanged) -> OrderCall:
        secret = await asyncio.to_thread(self.webhook_key)
        body = order_json(order, supplier, self._ports.stall())
        return OrderCall(
            key=order.placed.order_id, url=supplier.webhook, body=body, secret=secret, at_s=_seconds(self._ports.clock.now()),
        )  # fmt: skip


def file_name_of(order: PurchaseOrder) -> str:
    """Return what an order's files are called, without their ending."""
    return f"order-{order.placed.number}"


def _sent(order_id: str, channel: OrderChannel, outcome: CarryOutcome) -> PurchaseOrderSent:
    match outcome:
        case Carried():
            said, words = SendOutcome.SENT, ""
        case NotCarried(words=words, lasting=lasting):
            said = SendOutcome.REFUSED if lasting else SendOutcome.FAILED
        case _:
            said, words = SendOutcome.UNCLEAR, outcome.words
    return PurchaseOrderSent(order_id=order_id, channel=channel, outcome=said, words=words)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())

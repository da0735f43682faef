"""What buys in: suppliers, orders to them, and how these go out, put together."""

from dataclasses import dataclass

from device.adapters.paper_pages.order_pdf import PdfOrderPapers
from device.adapters.purchase_mail.smtp_mailer import SmtpMailer
from device.adapters.purchase_mail.webhook_caller import WebhookCaller
from device.adapters.sheet_reader import SheetReader
from device.app.build_forecasting import Forecasting
from device.app.open_till import OpenTill
from device.domain.need import Need
from device.services.changes import Changes
from device.services.purchase_outbox import OutboxPorts, PurchaseOutbox
from device.services.purchasing import Purchasing
from device.services.suppliers import Suppliers


@dataclass(frozen=True, slots=True, kw_only=True)
class Buying:
    """The services that buy in."""

    suppliers: Suppliers
    purchasing: Purchasing
    outbox: PurchaseOutbox


def build_buying(till: OpenTill, ahead: Forecasting, changes: Changes) -> Buying:
    """Build them: what the plan and the materials need is what is ordered."""
    config = till.config

    async def needs() -> tuple[Need, ...]:
        return (*await ahead.restock.needs(), *await ahead.materials.needs())

    return Buying(
        suppliers=Suppliers(ledger=till.ledger, assortment=till.assortment, tables=SheetReader(), currency=config.currency),
        purchasing=Purchasing(ledger=till.ledger, clock=till.clock, randomness=till.randomness, changes=changes,
                              currency=config.currency, needs=needs),
        outbox=PurchaseOutbox(OutboxPorts(
            ledger=till.ledger, settings=till.settings, clock=till.clock, randomness=till.randomness, changes=changes,
            mailer=SmtpMailer(), caller=WebhookCaller(), papers=PdfOrderPapers(),
            stall=lambda: till.documents.current.settings().stall or config.stall,
        )),
    )  # fmt: skip

"""Pick-up numbers for a till, so that it can promise a parcel while this hub is out of reach."""

from hub.domain.lease import LEASE_MAX, choose_numbers
from hub.services.desk import Desk
from shared.events.parcel import PickupNumbersLeased
from shared.ids import Epoch, SourceId, check_topic_level
from shared.sync.batch import Message
from shared.wire.messages import make


def lease_numbers(desk: Desk, till: SourceId, message: Message) -> Message:
    """Lease free numbers to a till and return the answer; what its earlier ledgers held goes back first.

    A till that holds its share and asks all the same never heard of it: it is told again what it holds.
    """
    epoch, wanted = Epoch(check_topic_level("epoch", str(message["epoch"]))), int(str(message["wanted"]))
    numbers = desk.uow.numbers
    numbers.give_up_older(till, epoch)
    held = numbers.outstanding(till)
    chosen = choose_numbers(numbers.free(LEASE_MAX), wanted=wanted, outstanding=len(held))
    if chosen:
        numbers.lease(till, epoch, chosen, desk.at)
        desk.record(PickupNumbersLeased(till=till, numbers=chosen))
    return make("lease", epoch=epoch, numbers=list(chosen) or held, question=message.get("question", ""))

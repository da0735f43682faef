"""Between rows of the database and the domain's values."""

from sqlalchemy import Row

from cloud.adapters.sql.upsert import Row as NewRow
from cloud.domain.enrolment import Device, Role
from cloud.domain.facts import ParcelState
from cloud.domain.parcels import Parcel


def parcel_of(row: Row[tuple[object, ...]]) -> Parcel:
    """Return the parcel of a row."""
    return Parcel(
        parcel_id=row.parcel_id,
        hub=row.hub,
        state=ParcelState(row.state),
        since=row.since,
        till=row.till,
        number=row.number,
        compartment=row.compartment,
        command_id=row.command_id,
    )


def row_of_parcel(tenant: str, parcel: Parcel) -> NewRow:
    """Return the row of a parcel."""
    return {
        "tenant": tenant,
        "parcel_id": parcel.parcel_id,
        "hub": parcel.hub,
        "state": parcel.state.value,
        "since": parcel.since,
        "till": parcel.till,
        "number": parcel.number,
        "compartment": parcel.compartment,
        "command_id": parcel.command_id,
    }


def device_of(row: Row[tuple[object, ...]]) -> Device:
    """Return the device of a row."""
    return Device(tenant=row.tenant, device=row.device, role=Role(row.role), public_key=row.public_key)

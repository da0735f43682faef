"""Tenants, people, devices and one-time codes in SQL."""

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from cloud.adapters.sql import tables
from cloud.adapters.sql.database import Database
from cloud.adapters.sql.rows import device_of
from cloud.adapters.sql.upsert import replacing, upsert
from cloud.domain.enrolment import Device, EnrolmentCode, Role
from cloud.domain.errors import NameTakenError
from cloud.ports.people import Person
from cloud.ports.world import Clock


class SqlRegistry:
    """Bears the port Registry."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add_tenant(self, tenant: str) -> bool:
        """Make a tenant; False if there is one already."""
        try:
            with self._database.writing() as connection:
                connection.execute(
                    insert(tables.tenant).values(tenant=tenant, made_at_ms=self._clock.now_ms())
                )
        except IntegrityError:
            return False
        return True

    def has_tenant(self, tenant: str) -> bool:
        """Tell whether a tenant exists."""
        with self._database.reading() as connection:
            return (
                connection.execute(select(tables.tenant).where(tables.tenant.c.tenant == tenant)).first()
                is not None
            )

    def add_person(self, person: Person) -> None:
        """Add somebody; raises NameTakenError."""
        try:
            with self._database.writing() as connection:
                connection.execute(
                    insert(tables.person).values(
                        user=person.user, tenant=person.tenant, password_hash=person.password_hash
                    )
                )
        except IntegrityError as error:
            raise NameTakenError(person.user) from error

    def find_person(self, user: str) -> Person | None:
        """Return somebody by the name they sign in with."""
        with self._database.reading() as connection:
            row = connection.execute(select(tables.person).where(tables.person.c.user == user)).first()
        if row is None:
            return None
        return Person(tenant=row.tenant, user=row.user, password_hash=row.password_hash)

    def add_code(self, code: EnrolmentCode) -> None:
        """Keep a fresh one-time code."""
        with self._database.writing() as connection:
            connection.execute(
                insert(tables.enrolment_code).values(
                    code_hash=code.code_hash,
                    tenant=code.tenant,
                    device=code.device,
                    role=code.role.value,
                    expires_at_ms=code.expires_at_ms,
                    used_by=code.used_by,
                )
            )

    def find_code(self, code_hash: str) -> EnrolmentCode | None:
        """Return a code by its hash."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(tables.enrolment_code).where(tables.enrolment_code.c.code_hash == code_hash)
            ).first()
        if row is None:
            return None
        return EnrolmentCode(
            code_hash=row.code_hash,
            tenant=row.tenant,
            device=row.device,
            role=Role(row.role),
            expires_at_ms=row.expires_at_ms,
            used_by=row.used_by,
            used_at_ms=row.used_at_ms,
        )

    def enrol(self, code_hash: str, device: Device, *, at_ms: int) -> bool:
        """Spend the code and let the device in, at once; False if somebody else spent the code first."""
        spend = (
            update(tables.enrolment_code)
            .where(tables.enrolment_code.c.code_hash == code_hash, tables.enrolment_code.c.used_by.is_(None))
            .values(used_by=device.public_key, used_at_ms=at_ms)
        )
        row = {
            "tenant": device.tenant,
            "device": device.device,
            "role": device.role.value,
            "public_key": device.public_key,
            "enrolled_at_ms": at_ms,
        }
        with self._database.writing() as connection:
            if connection.execute(spend).rowcount != 1:
                return False
            upsert(connection, tables.device, [row], replacing("role", "public_key", "enrolled_at_ms"))
        return True

    def find_device(self, tenant: str, device: str) -> Device | None:
        """Return an enrolled device."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(tables.device).where(
                    tables.device.c.tenant == tenant, tables.device.c.device == device
                )
            ).first()
        return None if row is None else device_of(row)

    def devices(self, tenant: str) -> list[Device]:
        """Return all devices of a tenant."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(tables.device).where(tables.device.c.tenant == tenant).order_by(tables.device.c.device)
            )
            return [device_of(row) for row in rows]

"""Give out one-time codes, and let a device in that brings one."""

from dataclasses import dataclass

from cloud.domain.enrolment import (
    CODE_VALID_MS,
    Device,
    Enrolled,
    EnrolmentCode,
    Refusal,
    Role,
    hash_code,
    judge_code,
    make_code,
)
from cloud.domain.errors import UnknownTenantError
from cloud.ports.people import Authority, Registry
from cloud.ports.world import Clock, Secrets
from shared.ids import check_topic_level
from shared.trust import Certificate, TrustError, decode_bytes, verify_enrolment

PUBLIC_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """The door for new devices."""

    registry: Registry
    authority: Authority
    secrets: Secrets
    clock: Clock

    def give_code(self, tenant: str, device: str, role: Role) -> str:
        """Return a fresh one-time code; raises UnknownTenantError, or IdError for an unfit device name."""
        check_topic_level("device", device)
        if not self.registry.has_tenant(tenant):
            raise UnknownTenantError(tenant)
        code = make_code(self.secrets.choose)
        expires_at_ms = self.clock.now_ms() + CODE_VALID_MS
        self.registry.add_code(
            EnrolmentCode(
                code_hash=hash_code(code),
                tenant=tenant,
                device=device,
                role=role,
                expires_at_ms=expires_at_ms,
            )
        )
        return code

    def enrol(self, *, code: str, device: str, public_key: str, signature: str) -> Enrolled | Refusal:
        """Let a device in that holds the key it shows; soon after, the same code and key give the same answer."""
        if refusal := _judge_key(code, device, public_key, signature):
            return refusal
        code_hash, now_ms = hash_code(code), self.clock.now_ms()
        known = self.registry.find_code(code_hash)
        refusal = judge_code(known, device=device, public_key=public_key, now_ms=now_ms)
        if known is None or refusal is not None:
            return refusal or Refusal.UNKNOWN_CODE
        enrolled = Device(tenant=known.tenant, device=known.device, role=known.role, public_key=public_key)
        if known.used_by is None and not self.registry.enrol(code_hash, enrolled, at_ms=now_ms):
            return Refusal.CODE_USED
        return self._vouch(enrolled)

    def _vouch(self, device: Device) -> Enrolled:
        certificate = Certificate(
            tenant=device.tenant, device=device.device, role=device.role.value, public_key=device.public_key
        )
        return Enrolled(
            device=device,
            certificate=self.authority.certify(certificate),
            root_public_key=self.authority.public_key,
        )


def _judge_key(code: str, device: str, public_key: str, signature: str) -> Refusal | None:
    try:
        if len(decode_bytes(public_key)) != PUBLIC_KEY_BYTES:
            return Refusal.BAD_KEY
    except TrustError:
        return Refusal.BAD_KEY
    try:
        verify_enrolment(code=code, device=device, public_key=public_key, signature=signature)
    except TrustError:
        return Refusal.NOT_SIGNED
    return None

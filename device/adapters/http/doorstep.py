"""The doorstep: what a phone finds before it trusts the till, and customers behind their links. Plain HTTP, nothing secret.

It has no sign-in and changes nothing: the steps to the till's certificate, the certificate, and the receipts and customer
displays whose links nobody can guess.
"""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import Scope

from device.adapters.http.display import display_page_router
from device.adapters.http.receipt_files import receipt_link_router
from device.adapters.http.till_services import TillServices
from shared.http.page_files import PageFiles
from shared.http.problem import problem
from shared.http.security import ANY_ADDRESS, CONTENT_SECURITY_POLICY, secure

FILES = (
    "doorstep.js", "doorstep.css", "display.js", "display.css", "pickup.js", "words.js", "receipt.css", "icon.svg", "till.css",
)  # fmt: skip


def create_doorstep_app(till: TillServices) -> FastAPI:
    """Return the app."""
    app = FastAPI(title="Stallholder till, doorstep", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(_doorstep_router(till, till.folders["/"]))
    app.include_router(receipt_link_router(till))
    app.include_router(display_page_router(till))
    secure(app, bind=ANY_ADDRESS, extra_hosts=till.extra_hosts)
    app.mount("/words", PageFiles(directory=till.folders["/"] / "words"), name="words")
    app.mount("/shared", PageFiles(directory=till.folders["/shared"]), name="shared")
    app.mount("/", _SomeFiles(directory=till.folders["/"]), name="/")
    return app


def _doorstep_router(till: TillServices, pages: Path) -> APIRouter:
    router = APIRouter()

    @router.get("/", include_in_schema=False)
    async def steps() -> Response:
        """The page asks the till's secure address whether this phone trusts it by now, so its policy names that address."""
        address = till.phones.door.status.address
        policy = CONTENT_SECURITY_POLICY.replace(
            "connect-src 'self'", f"connect-src 'self' {address}".strip()
        )
        return FileResponse(pages / "doorstep.html", headers={"Content-Security-Policy": policy})

    @router.get("/api/doorstep")
    async def door() -> JSONResponse:
        status, sign = till.phones.door.status, till.sign_now()
        return JSONResponse({"stall": sign.stall, "till": sign.till, "language": sign.language,
                             "address": status.address, "fingerprint": status.fingerprint})  # fmt: skip

    @router.get("/stallholder-ca.crt")
    async def certificate() -> Response:
        der = till.phones.door.certificate_der
        if not der:
            return problem(
                404, "no-certificate", "The till has no certificate yet.", "Let phones in at the till first."
            )
        headers = {"Content-Disposition": f'attachment; filename="stallholder-{till.sign.till}.crt"'}
        return Response(der, media_type="application/x-x509-ca-cert", headers=headers)

    return router


class _SomeFiles(PageFiles):
    """Serves the files above alone: the till's own pages mean nothing here."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return one of the files; raises HTTPException for others."""
        if path not in FILES:
            raise HTTPException(404)
        return await super().get_response(path, scope)

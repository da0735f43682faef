"""Photos of products: sent by a page, and shown on one."""

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from shared.http.problem import problem

FOR_EVER = "private, max-age=31536000, immutable"


def photos_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about photos; the body of a request is the picture itself."""
    router = APIRouter(prefix="/api/photos", dependencies=[Depends(seat)])

    @router.post("")
    async def take(request: Request) -> Response:
        answer = await till.photos.take(await request.body())
        if not isinstance(answer, str):
            return refused(answer, till.sign.currency)
        return JSONResponse({"photo": answer}, status_code=201)

    @router.get("/{name}")
    async def show(name: str) -> Response:
        photo = await till.photos.read(name)
        if photo is None:
            return problem(404, "no-photo", "This photo is not on this till.", "Take it again here.")
        return Response(photo, media_type="image/webp", headers={"Cache-Control": FOR_EVER})

    return router

"""One product's forecast: what is likely, what was told and what came, and how far the model may be trusted."""

from collections.abc import Mapping
from datetime import date
from itertools import dropwhile

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import JSONResponse

from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.forecast import DemandForecast
from device.domain.forecasting.follow import FollowedDay, follow
from device.domain.forecasting.record import ToldDay
from device.services.demand_ahead import Ahead, NoPlan
from device.services.forecast_watch import Watched
from shared.http.problem import problem
from shared.http.spoken import spoken
from shared.ids import Sku


def forecasts_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about forecasts."""
    router = APIRouter(prefix="/api")

    @router.get("/forecast/{sku}", dependencies=[Depends(seat)])
    async def forecast(sku: str, request: Request) -> Response:
        answer = await till.demand_ahead.look()
        if isinstance(answer, NoPlan):
            return JSONResponse({"words": spoken(request)(answer.words)})
        if sku not in answer.watched.skus:
            return problem(
                404,
                "unknown-product",
                f"No product {sku} is offered here.",
                "Choose it anew from the list of products.",
            )
        told = _forecast_json(answer, Sku(sku), await till.forecast_watch.told())
        rest = await till.today_forecast.rest_of_day(answer.watched, Sku(sku), answer.days)
        return JSONResponse(
            {**told, "today": None if rest is None else {"sold": rest.sold, "more": round(rest.more)}}
        )

    return router


def _forecast_json(answer: Ahead, sku: Sku, told: Mapping[date, ToldDay]) -> dict[str, object]:
    watched = answer.watched
    place = watched.skus.index(sku)
    forecast = next(one.forecast for one in answer.adjusted if one.forecast.sku == sku)
    days = follow(place, sku, watched.outcome, watched.quantiles, watched.card.levels, told)
    product = answer.catalogue.find(sku)
    within = [one.is_within for one in days if one.is_within is not None]
    return {
        "sku": sku,
        "name": product.name if product else sku,
        "past": [_day_json(one) for one in dropwhile(lambda one: one.sold is None, days)],
        "within": {"days": sum(within), "of": len(within)},
        "ahead": _ahead_json(forecast, answer),
        "together": {str(level): q for level, q in zip(forecast.levels, forecast.total, strict=True)},
        "used": forecast.source.value,
        "measured": {
            "model": forecast.measured.model,
            "naive": forecast.measured.naive,
            "days": forecast.measured.days,
        },
        "model": model_json(watched),
    }


def _day_json(one: FollowedDay) -> dict[str, object]:
    return {
        "day": one.day.isoformat(),
        "sold": one.sold,
        "sold_out": one.sold_out,
        "told": {str(level): quantile for level, quantile in zip(one.levels, one.quantiles, strict=True)},
        "afterwards": one.afterwards,
    }


def _ahead_json(forecast: DemandForecast, answer: Ahead) -> list[object]:
    return [
        {
            "day": day.isoformat(),
            "told": {str(level): q for level, q in zip(forecast.levels, quantiles, strict=True)},
        }
        for day, quantiles in zip(answer.days, forecast.daily, strict=True)
    ]


def model_json(watched: Watched) -> dict[str, object]:
    """Return which model forecasts, which was set aside, how well it covers, and the alarms."""
    verdict, low, worse = watched.verdict, watched.too_low, watched.worse
    return {
        "name": watched.card.name,
        "version": watched.card.version,
        "origin": verdict.chosen.value,
        "set_aside": None if verdict.set_aside is None else {
            "origin": verdict.set_aside.value, "percent": round(100 * (verdict.times - 1)),
            "worse": verdict.worse, "days": verdict.days,
        },
        "days": len(watched.outcome.days),
        "covered_90": watched.covered(0.9),
        "covered_95": watched.covered(0.95),
        "too_low": None if low is None else {"since": low.since.isoformat(), "percent": round(100 * low.above)},
        "worse": None if worse is None else {"worse": worse.worse, "days": worse.days},
    }  # fmt: skip

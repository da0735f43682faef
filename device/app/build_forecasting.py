"""What looks ahead: calendar, signals, forecasts and the plan, put together."""

from dataclasses import dataclass

from device.adapters.files.told_forecast_files import ToldForecastFiles
from device.app.open_till import OpenTill
from device.domain.market.calendar import MarketCalendar
from device.services.demand_ahead import DemandAhead
from device.services.forecast_watch import ForecastWatch
from device.services.learned_effects import LearnedEffects
from device.services.market_days import MarketDays
from device.services.materials import Materials
from device.services.restock import Restock
from device.services.signals import Signals
from device.services.stall_calendar import StallCalendar
from device.services.today_forecast import TodayForecast


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasting:
    """The services that look ahead."""

    demand_ahead: DemandAhead
    restock: Restock
    materials: Materials
    watch: ForecastWatch
    today: TodayForecast
    market_days: MarketDays
    signals: Signals


def build_forecasting(till: OpenTill) -> Forecasting:
    """Build them: all share one calendar, what was learned of signals, and which model forecasts."""
    config, ledger, assortment, clock = till.config, till.ledger, till.assortment, till.clock
    usual = MarketCalendar(weekdays=config.market_weekdays) if config.market_weekdays else None
    calendar = StallCalendar(ledger=ledger, documents=till.documents, configured=usual)
    effects = LearnedEffects(ledger=ledger, assortment=assortment, clock=clock)
    watch = ForecastWatch(documents=till.documents, models=till.models, clock=clock,
                          told=ToldForecastFiles(config.data_dir / "forecasts"))  # fmt: skip
    demand = DemandAhead(ledger=ledger, documents=till.documents, assortment=assortment, clock=clock,
                         models=till.models, calendar=calendar, effects=effects, watch=watch)  # fmt: skip
    today = TodayForecast(ledger=ledger, clock=clock)
    restock = Restock(
        ledger=ledger, settings=till.settings, assortment=assortment, clock=clock, demand=demand, today=today,
        hub=till.identity.hub,
        on_order=lambda sku, since: ledger.state.purchasing.on_order_milli(
            sku, is_material=False, since_seq=since
        ),
    )  # fmt: skip
    return Forecasting(
        demand_ahead=demand,
        restock=restock,
        materials=Materials(
            ledger=ledger, assortment=assortment, clock=clock, making_ahead=restock.making_ahead,
            on_order=lambda item: ledger.state.purchasing.on_order_milli(item, is_material=True),
        ),
        watch=watch,
        today=today,
        market_days=MarketDays(ledger=ledger, calendar=calendar, clock=clock, country=config.country),
        signals=Signals(ledger=ledger, assortment=assortment, clock=clock, effects=effects),
    )  # fmt: skip

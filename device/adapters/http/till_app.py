"""The till's HTTP interface, joined from its routes."""

from fastapi import FastAPI

from device.adapters.http.card import card_router, terminal_router
from device.adapters.http.cash import cash_router, closings_router
from device.adapters.http.catalogue_file import catalogue_file_router
from device.adapters.http.day import day_router
from device.adapters.http.display import display_page_router, display_router
from device.adapters.http.forecasts import forecasts_router
from device.adapters.http.lasting_sessions import LastingSessions
from device.adapters.http.making import making_router
from device.adapters.http.market_days import market_days_router
from device.adapters.http.material_files import material_files_router
from device.adapters.http.materials import materials_router, recipes_router
from device.adapters.http.metrics import metrics_router
from device.adapters.http.orders import orders_router
from device.adapters.http.pages import install_pages
from device.adapters.http.parked import parked_router
from device.adapters.http.people import people_router
from device.adapters.http.phones import pairing_router, phones_router
from device.adapters.http.photos import photos_router
from device.adapters.http.phrase_books import phrase_books
from device.adapters.http.printers import print_jobs_router, printers_router
from device.adapters.http.products import products_router
from device.adapters.http.purchasing import purchasing_router
from device.adapters.http.receipt_files import receipt_files_router, receipt_link_router
from device.adapters.http.refunds import refunds_router
from device.adapters.http.refusals import install_ledger_handlers
from device.adapters.http.sales import sales_router
from device.adapters.http.seat import COOKIE, Seat
from device.adapters.http.session import session_router
from device.adapters.http.shop import shop_router
from device.adapters.http.signals import signals_router
from device.adapters.http.state import state_router
from device.adapters.http.stock import stock_diary_router, stock_router
from device.adapters.http.suppliers import suppliers_router
from device.adapters.http.tidy import tidy_router
from device.adapters.http.till_services import TillServices
from device.adapters.http.trade import trade_router
from shared.http.security import ANY_ADDRESS, secure
from shared.http.sessions import SessionCookie
from shared.http.spoken import Spoken

BODY_BYTES_MAX = 4 * 1024 * 1024


def create_app(till: TillServices) -> FastAPI:
    """Return the app; it holds no state of its own."""
    app = FastAPI(
        title="Stallholder till", version=till.sign.software, docs_url=None, redoc_url=None, openapi_url=None
    )
    seat = Seat(till, SessionCookie(COOKIE, LastingSessions(till.stay_signed_in)))
    for make_router in (
        session_router, people_router, shop_router, sales_router, orders_router, parked_router, stock_router,
        stock_diary_router, trade_router, catalogue_file_router, products_router, photos_router, tidy_router, state_router,
        day_router, making_router, purchasing_router, suppliers_router, material_files_router, materials_router, recipes_router, forecasts_router, cash_router, closings_router, refunds_router, card_router, terminal_router,
        printers_router, print_jobs_router, receipt_files_router, display_router, market_days_router, signals_router, phones_router,
    ):  # fmt: skip
        app.include_router(make_router(till, seat))
    app.include_router(pairing_router(till))
    app.include_router(receipt_link_router(till))
    app.include_router(display_page_router(till))
    app.include_router(metrics_router(till))
    install_ledger_handlers(app, till.ledger_answers)
    # Phones come under any address of this machine; a foreign page cannot make its own name look like a number.
    secure(app, bind=ANY_ADDRESS, extra_hosts=till.extra_hosts, body_bytes_max=BODY_BYTES_MAX)
    app.add_middleware(Spoken, books=phrase_books())
    install_pages(app, till.folders)
    return app

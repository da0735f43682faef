"""The tables of the read model: figures, refunds, vouchers, transfers, market days, parcels, presences. All of it is made from entries."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text

from cloud.adapters.sql.tables import metadata

sales_by_hour = Table(
    "sales_by_hour",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("business_date", Date, primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("currency", String(3), primary_key=True),
    Column("sales", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
)

sales_by_product = Table(
    "sales_by_product",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("business_date", Date, primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("sku", String(200), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("category", String(200), nullable=False),
    Column("quantity_milli", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
)

refund = Table(
    "refund",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("epoch", String(48), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("original_epoch", String(48), nullable=False),
    Column("original_number", BigInteger, nullable=False),
    Column("original_seq", BigInteger, nullable=False),
    Column("lines", Text, nullable=False),
    Index("ix_refund_original", "tenant", "original_epoch", "original_number"),
)
"""Refunds with the receipt that each gives back; `lines` is JSON: product, name, thousandths and minor units."""

voucher_use = Table(
    "voucher_use",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("epoch", String(48), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("voucher", String(80), nullable=False),
    Column("put_minor", BigInteger, nullable=False),
    Column("taken_minor", BigInteger, nullable=False),
    Index("ix_voucher_use_voucher", "tenant", "voucher"),
)
"""What an entry says of a gift voucher: what came onto it, what was paid with it."""

coupon_use = Table(
    "coupon_use",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("epoch", String(48), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("coupon", String(80), primary_key=True),
    Column("at", String(40), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("taken_minor", BigInteger, nullable=False),
    Index("ix_coupon_use_coupon", "tenant", "coupon"),
)
"""Sales that took a coupon which is good once."""

stock_transfer = Table(
    "stock_transfer",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("epoch", String(48), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("transfer", String(12), nullable=False),
    Column("place", String(80), nullable=False),
    Column("sku", String(80), nullable=False),
    Column("name", String(80), nullable=False),
    Column("sent_milli", BigInteger, nullable=False),
    Column("arrived_milli", BigInteger, nullable=False),
    Index("ix_stock_transfer_transfer", "tenant", "transfer"),
)
"""What an entry says of goods that go from stall to stall, at either end."""

market_day_word = Table(
    "market_day_word",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("epoch", String(48), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("day", Date, nullable=False),
    Column("is_dropped", Boolean, nullable=False),
    Column("place", String(200), nullable=False),
    Column("opens", String(5), nullable=False),
    Column("closes", String(5), nullable=False),
    Column("visitors", BigInteger, nullable=False),
    Column("note", String(200), nullable=False),
    Index("ix_market_day_word_day", "tenant", "day"),
)
"""What an entry says of a day on which its stall will sell, or will not."""

signal_word = Table(
    "signal_word",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("epoch", String(48), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("signal_id", String(80), nullable=False),
    Column("first", Date),
    Column("last", Date),
    Column("kind", String(16), nullable=False),
    Column("strength_milli", BigInteger, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("about", String(200), nullable=False),
    Column("heard_from", String(200), nullable=False),
    Index("ix_signal_word_last", "tenant", "last"),
    Index("ix_signal_word_signal_id", "tenant", "source", "signal_id"),
)
"""What an entry says of something that goes on around its stall; without days it was taken back."""

business_day = Table(
    "business_day",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("business_date", Date, primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("closings", BigInteger, nullable=False),
    Column("reported_sales", BigInteger, nullable=False),
    Column("reported_total_minor", BigInteger, nullable=False),
    Column("last_sale_at", String(40)),
)

parcel = Table(
    "parcel",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("parcel_id", String(200), primary_key=True),
    Column("hub", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", String(40), nullable=False),
    Column("till", String(200), nullable=False),
    Column("number", Integer),
    Column("compartment", Integer),
    Column("command_id", String(200)),
    Index("ix_parcel_command_id", "tenant", "command_id"),
    Index("ix_parcel_state", "tenant", "state", "since"),
)

presence = Table(
    "presence",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("hub", String(48), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("online", Boolean, nullable=False),
    Column("last_seen", String(40), nullable=False),
    Column("last_seen_ms", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("heard_at_ms", BigInteger, nullable=False),
    Column("behind", BigInteger),
    Column("documents", Text, nullable=False, server_default="{}"),
)

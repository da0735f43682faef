"""Photos of products: what is taken, what is kept of it, and what is let go."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from device.adapters.files.photo_files import PhotoFiles
from device.adapters.pillow_photo_maker import PillowPhotoMaker
from device.domain.photos import (
    KEPT_UNUSED,
    PHOTO_BYTES_MAX,
    PHOTOS_MAX,
    SENT_BYTES_MAX,
    SIDE_PX,
    TooManyPhotos,
    name_of,
    photos_to_let_go,
)
from device.services.photos import Photos
from tests.fakes import NOON, FakeClock
from tests.unit.device.stall import assortment_of, open_ledger
from tests.unit.device.test_till_http import Counter, counter, identity

__all__ = ["counter", "identity"]

ORIENTATION, MAKER_NOTE, DESCRIPTION = 0x0112, 0x010F, 0x010E


def picture(width: int = 640, height: int = 400, kind: str = "JPEG", *, turned: bool = False) -> bytes:
    """A picture whose left half is red and whose right half is blue, as a camera writes it."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[MAKER_NOTE] = "Camera of Mira"
    exif[DESCRIPTION] = "at home, 52.5 N"
    if turned:
        exif[ORIENTATION] = 6  # held upright: the dots have to be turned to the right
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


def made(file: bytes) -> Image.Image:
    photo = PillowPhotoMaker().make(file)
    assert photo is not None
    return Image.open(io.BytesIO(photo))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_small_square_without_what_the_camera_wrote(kind: str) -> None:
    photo = PillowPhotoMaker().make(picture(kind=kind))
    assert photo is not None
    assert len(photo) <= PHOTO_BYTES_MAX
    assert b"Mira" not in photo
    assert b"at home" not in photo
    shown = Image.open(io.BytesIO(photo))
    assert (shown.format, shown.size) == ("WEBP", (400, 400))
    assert dict(shown.getexif()) == {}


def test_a_large_picture_is_made_small_and_turned_as_the_camera_was_held() -> None:
    upright = made(picture(1600, 1600, turned=True))
    assert upright.size == (SIDE_PX, SIDE_PX)
    top, bottom = upright.getpixel((240, 40)), upright.getpixel((240, 440))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200  # what was left is on top now
    assert top[2] < 100
    assert bottom[2] > 200
    assert bottom[0] < 100


def test_noise_fits_too_and_what_shines_through_lies_on_white() -> None:
    noise = Image.effect_noise((480, 480), 200)
    out = io.BytesIO()
    noise.save(out, "PNG")
    photo = PillowPhotoMaker().make(out.getvalue())
    assert photo is not None
    assert len(photo) <= PHOTO_BYTES_MAX
    clear = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(clear, "PNG")
    assert made(clear.getvalue()).getpixel((20, 20)) == (255, 255, 255)


@given(st.binary(max_size=200), st.integers(0, 4_000), st.integers(0, 255))
def test_whatever_is_sent_is_a_photo_or_refused_and_never_an_error(junk: bytes, at: int, byte: int) -> None:
    assert PillowPhotoMaker().make(junk) is None
    spoiled = bytearray(picture(64, 64))
    spoiled[at % len(spoiled)] = byte
    PillowPhotoMaker().make(bytes(spoiled))
    PillowPhotoMaker().make(picture(64, 64)[: at % 900])


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_size_alone() -> None:
    out = io.BytesIO()
    Image.new("1", (6_001, 10)).save(out, "PNG")
    assert PillowPhotoMaker().make(out.getvalue()) is None


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(-100, 100)),
    st.frozensets(st.sampled_from("abcdef")),
)
def test_only_what_nobody_shows_and_nobody_has_shown_for_long_is_let_go(
    days_ago: dict[str, int], shown: frozenset[str]
) -> None:
    last_shown = {name: NOON - timedelta(days=days) for name, days in days_ago.items()}
    gone = photos_to_let_go(last_shown, shown, NOON)
    assert gone == {
        name for name, days in days_ago.items() if name not in shown and timedelta(days=days) > KEPT_UNUSED
    }


def test_photos_are_found_again_and_a_spoiled_one_is_as_good_as_gone(tmp_path: Path) -> None:
    store = PhotoFiles(tmp_path / "photos")
    name = name_of(b"a photo")
    store.keep(name, b"a photo", NOON)
    assert PhotoFiles(tmp_path / "photos").read(name) == b"a photo"
    assert store.last_shown() == {name: NOON}
    (tmp_path / "photos" / f"{name}.webp").write_bytes(b"half a ph")
    assert store.read(name) is None
    assert not store.has(name)
    (tmp_path / "photos" / "half.webp.x3kd").write_bytes(b"of a power cut")
    assert [*PhotoFiles(tmp_path / "photos").last_shown()] == [name]


async def test_a_clock_that_jumps_takes_no_photo_from_a_product(tmp_path: Path) -> None:
    ledger, clock, store = open_ledger(tmp_path / "ledger"), FakeClock(), PhotoFiles(tmp_path / "photos")
    photos = Photos(store=store, maker=PillowPhotoMaker(), assortment=assortment_of(ledger), clock=clock)
    name = await photos.take(picture())
    assert isinstance(name, str)
    photos.tidy()
    clock.wall = datetime(1970, 1, 2, tzinfo=UTC)
    photos.tidy()
    assert store.has(name)
    clock.wall = NOON + KEPT_UNUSED + timedelta(days=1)
    photos.tidy()
    assert not store.has(name)
    ledger.close()


async def test_there_is_room_for_so_many_photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, store = open_ledger(tmp_path / "ledger"), PhotoFiles(tmp_path / "photos")
    photos = Photos(
        store=store, maker=PillowPhotoMaker(), assortment=assortment_of(ledger), clock=FakeClock()
    )
    monkeypatch.setattr(store, "last_shown", lambda: dict.fromkeys(range(PHOTOS_MAX), NOON))
    assert await photos.take(picture()) == TooManyPhotos(PHOTOS_MAX)
    ledger.close()


async def send(http: httpx.AsyncClient, file: bytes) -> httpx.Response:
    return await http.post("/api/photos", content=file, headers={"Content-Type": "application/octet-stream"})


async def test_a_product_shows_its_photo_for_ever_under_its_name(counter: Counter) -> None:
    assert (await send(counter.http, picture())).status_code == 401
    await counter.sign_in()
    sent = await send(counter.http, picture())
    assert sent.status_code == 201
    name = sent.json()["photo"]
    changed = await counter.http.post("/api/products/bowl", json={"photo": name})
    assert changed.json()["photo"] == name
    (bowl, jam) = (await counter.http.get("/api/catalogue")).json()["products"]
    assert bowl["photo"] == name
    assert "photo" not in jam
    shown = await counter.http.get(f"/api/photos/{name}")
    assert shown.headers["content-type"] == "image/webp"
    assert "immutable" in shown.headers["cache-control"]
    assert name_of(shown.content) == name
    assert (await send(counter.http, picture())).json()["photo"] == name  # the same picture is one photo
    # Taking a file over leaves photos alone.
    await counter.http.post(
        "/api/products/import", content=(await counter.http.get("/api/products/export.csv")).content
    )
    assert (await counter.http.get("/api/catalogue")).json()["products"][0]["photo"] == name


async def test_a_photo_of_another_till_is_not_named_and_nothing_else_is_shown(counter: Counter) -> None:
    await counter.sign_in()
    elsewhere = "ab" * 32
    await counter.http.post("/api/products/bowl", json={"photo": elsewhere})
    assert "photo" not in (await counter.http.get("/api/catalogue")).json()["products"][0]
    for name in (elsewhere, "..%2Fsettings.json", "AB" * 32):
        assert (await counter.http.get(f"/api/photos/{name}")).status_code == 404


@pytest.mark.parametrize("file", [b"", b"no picture", b"\0" * (SENT_BYTES_MAX + 1), b"<svg xmlns='x'/>"])
async def test_what_is_no_picture_is_refused_in_words(counter: Counter, file: bytes) -> None:
    await counter.sign_in()
    refusal = await send(counter.http, file)
    assert (refusal.status_code, refusal.json()["code"]) == (422, "bad-photo")
    assert "JPEG" in refusal.json()["remedy"]

"""The language of papers and displays is set at the till, whatever the pages speak."""

from tests.unit.device.test_market_http import counter
from tests.unit.device.test_till_http import Counter

__all__ = ["counter"]


async def test_receipts_and_displays_speak_what_a_manager_chose(counter: Counter) -> None:
    await counter.sign_in()
    http = counter.http
    sold = (await counter.sell(1)).json()
    link = (await http.get(f"/api/sales/{sold['sale_id']}/link")).json()["path"]
    assert (await http.get("/api/shop")).json()["language"] == "en"
    assert "Save as PDF" in (await http.get(link)).text
    rules = (await http.get("/api/trade-rules")).json()
    assert (await http.put("/api/trade-rules", json={**rules, "paper_language": "de"})).is_success
    assert (await http.get("/api/shop")).json()["language"] == "de"
    assert "Als PDF sichern" in (await http.get(link)).text
    refused = await http.put("/api/trade-rules", json={**rules, "paper_language": "fr"})
    assert (refused.status_code, refused.json()["field"]) == (422, "paper_language")

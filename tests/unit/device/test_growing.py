from hypothesis import given
from hypothesis import strategies as st

from device.domain import growing
from device.domain.growing import GrowingLog, GrowingMap

ITEMS = st.lists(st.tuples(st.integers(0, 900), st.integers()), max_size=1500)


@given(ITEMS)
def test_a_growing_map_says_what_a_dict_says(items: list[tuple[int, int]]) -> None:
    grown: GrowingMap[int, int] = GrowingMap()
    for key, value in items:
        grown = grown.with_item(key, value)
    plain = dict(items)
    assert grown.items() == plain
    assert all(grown.find(key) == value and key in grown for key, value in plain.items())
    assert grown.get(-1, 7) == 7
    assert -1 not in grown


def test_an_earlier_map_never_changes_also_when_the_parts_are_joined() -> None:
    versions: list[GrowingMap[int, int]] = [GrowingMap()]
    for number in range(growing.SMALL + 10):
        versions.append(versions[-1].with_item(number % 600, number))
    for length, version in enumerate(versions):
        assert version.items() == {number % 600: number for number in range(length)}


@given(st.lists(st.booleans(), max_size=60))
def test_logs_that_go_different_ways_do_not_disturb_one_another(forks: list[bool]) -> None:
    logs: list[GrowingLog[int]] = [GrowingLog()]
    lists: list[list[int]] = [[]]
    for number, back in enumerate(forks):
        base = len(logs) // 2 if back else len(logs) - 1
        logs.append(logs[base].appended(number))
        lists.append([*lists[base], number])
    for log, expected in zip(logs, lists, strict=True):
        assert list(log) == expected
        assert list(log.newest_first()) == expected[::-1]
        assert [log[index] for index in range(len(log))] == expected

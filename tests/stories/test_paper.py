"""A patron is offered paper while there is paper."""

from tests.stories.reader import Reader
from tests.support.waiting import until


def test_no_receipt_is_offered_without_paper_and_one_is_when_there_is_new(reader: Reader) -> None:
    (item,) = reader.books(1)
    cuts = reader.site.printer.printed().cuts
    reader.begins()
    reader.lays(item)
    reader.sees("the loan", lambda shown: shown.marks.get(item) == "done" and not shown.busy)
    reader.site.printer.paper("out")
    out = until(lambda: reader.site.printer_says() == "paper_out")
    reader.touches("finish")
    without = reader.sees("the last page", lambda shown: shown.page == "finished")
    reader.site.printer.paper("ok")
    offered = reader.sees("the offer", lambda shown: "print" in shown.targets)
    reader.touches("print")
    reader.touches("done")
    reader.find_home()

    assert out
    assert set(without.targets) >= {"done"}
    assert not {"print", "no-receipt"} & set(without.targets)
    assert {"print", "no-receipt"} <= set(offered.targets)
    assert reader.site.printer.printed().cuts == cuts + 1

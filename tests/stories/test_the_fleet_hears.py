"""What an admin far away learns of a kiosk before a patron complains."""

import json

from deploy.demo.evidence import read
from tests.stories.reader import Reader
from tests.support.waiting import until


def printer_says(reader: Reader) -> str:
    """Read the printer's detail off the admin's page as data."""
    fleet = json.loads(read(f"{reader.site.admin_url}/api/v1/fleet"))
    (printer,) = [device for kiosk in fleet["kiosks"] for device in kiosk["devices"] if device["role"] == "printer"]
    return str(printer["detail"])


def test_paper_that_ran_out_is_on_the_page_and_gone_from_it_when_it_is_refilled(reader: Reader) -> None:
    reader.site.printer.paper("out")
    out = until(lambda: printer_says(reader) == "paper_out")
    reader.site.printer.paper("ok")
    refilled = until(lambda: printer_says(reader) == "none")

    assert out
    assert refilled

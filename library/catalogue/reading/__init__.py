"""Reads bibliographic records of any form from files: MARC 21, MARCXML, Dublin Core, CSV, JSON."""

from library.catalogue.reading.files import read_file
from library.catalogue.reading.results import Fault, Form, ReadRecord

__all__ = ["Fault", "Form", "ReadRecord", "read_file"]

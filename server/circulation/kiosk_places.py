"""Where each kiosk stands, as the library has put it down for its terminal; for pages."""

from collections.abc import Mapping

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from server.store.engine import for_reading, transaction
from server.store.models import Place, Terminal


class KioskPlaces:
    """Reads the circulation store; its method blocks and belongs into a worker thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = for_reading(engine)
        self._last: Mapping[str, str] = {}

    def by_kiosk(self) -> Mapping[str, str]:
        """Give the name of the place for each terminal's id and for the common name of its certificate.

        A kiosk reports by one of the two. While the store cannot be read, give what was read last: kiosks are shown
        all the same, and whoever counts loans says that the store is lost.
        """
        stand = select(Terminal.id, Terminal.certificate_cn, Place.name).join(Place, Place.id == Terminal.place_id)
        try:
            with transaction(self._engine) as session:
                rows = session.execute(stand).all()
        except SQLAlchemyError:
            return self._last
        certified = {common_name: name for _, common_name, name in rows if common_name is not None}
        self._last = certified | {terminal_id: name for terminal_id, _, name in rows}
        return self._last

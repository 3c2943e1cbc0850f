"""What is known of the systems whose catalogues are harvested, and which of their records were seen when."""

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Base


class HarvestSource(Base):
    """A system that is harvested: whose it is, and how far the harvest has come. Times are seconds since 1970."""

    __tablename__ = "harvest_source"

    source: Mapped[str] = mapped_column(String(128), primary_key=True)
    """The ``source`` of its records."""
    library_code: Mapped[str] = mapped_column(String(16))
    library_name: Mapped[str]
    url: Mapped[str]
    prefix: Mapped[str]
    set_spec: Mapped[str]
    """With ``url`` and ``prefix`` the list that the rest belongs to; of another list everything is asked for anew."""
    run: Mapped[int] = mapped_column(default=0)
    """The number of the newest run."""
    is_running: Mapped[bool] = mapped_column(default=False)
    """It was begun and has not ended; whoever comes next goes on with it."""
    is_full: Mapped[bool] = mapped_column(default=True)
    """That run asked for everything."""
    since: Mapped[str] = mapped_column(default="")
    """The argument ``from`` of that run."""
    token: Mapped[str] = mapped_column(default="")
    """Where that run goes on; empty: at its beginning."""
    begun_at: Mapped[int] = mapped_column(BigInteger, default=0)
    """When the first answer of that run was given, by the clock that is behind: the system's or ours."""
    next_since: Mapped[int | None] = mapped_column(BigInteger)
    """From when on the next run asks; ``None``: for everything."""
    full_at: Mapped[int | None] = mapped_column(BigInteger)
    """When the last run that asked for everything ended."""
    completed_at: Mapped[int | None] = mapped_column(BigInteger)
    """When the last run ended."""
    tried_at: Mapped[int | None] = mapped_column(BigInteger)
    """When it was last asked."""
    not_before: Mapped[int] = mapped_column(BigInteger, default=0)
    """When it wants to be asked again."""
    trouble: Mapped[str] = mapped_column(default="")
    """What kept the last run from its end; empty: nothing."""


class HarvestedRecord(Base):
    """A record that was harvested, and the number of the run that saw it last."""

    __tablename__ = "harvested_record"
    __table_args__ = (Index("ix_harvested_record_source_run", "source", "run"),)

    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(128))
    run: Mapped[int]

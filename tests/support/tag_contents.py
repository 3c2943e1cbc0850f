"""Contents that a tagging station may write, for laws about tags."""

from string import ascii_letters, digits
from typing import Final

from hypothesis import strategies as st

from drivers.rfid.tagdata.content import TagContent, TagFormat, Usage

LABEL: Final = digits + ascii_letters + "-"

item_ids: Final = st.one_of(
    st.text(digits, min_size=2, max_size=16),
    st.text(digits + "ABCDEFX", min_size=2, max_size=16),
    st.text(LABEL, min_size=2, max_size=16).filter(lambda text: text[0] != "-"),
)
isils: Final = st.builds(
    "{}-{}".format,
    st.sampled_from(["VN", "DK", "US", "DE"]),
    st.text(digits + ascii_letters, min_size=1, max_size=11),
)


@st.composite
def contents(draw: st.DrawFn, tag_format: TagFormat, *, most_parts: int = 255, owned: bool | None = None) -> TagContent:
    """Draw a content; ``owned`` says whether it names its library, ``None`` leaves that open."""
    parts = draw(st.just(1) | st.integers(1, most_parts))
    named = draw(st.booleans()) if owned is None else owned
    country, _, library = draw(isils).partition("-") if named else ("", "", "")
    return TagContent(
        tag_format,
        draw(item_ids),
        draw(st.integers(1, parts)),
        parts,
        country,
        library,
        draw(st.sampled_from(Usage)),
    )

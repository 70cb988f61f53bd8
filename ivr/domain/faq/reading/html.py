"""HTML read leniently: whatever it is, it is somebody's document."""

import warnings

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning


def soup_of(text: str) -> BeautifulSoup:
    """Read *text* as HTML, also where it calls itself XML: its words are wanted, not its grammar.

    Raises bs4's ParserRejectedMarkup, or RecursionError, for what no parser accepts.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(text, "html.parser")

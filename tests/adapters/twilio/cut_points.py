"""Every other way to read the text that one signature covers: it has no mark between its parts."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

Pair = tuple[str, str]
Pairs = tuple[Pair, ...]
Request = tuple[str, Pairs]


def cut_points(url: str, pairs: Sequence[Pair]) -> Iterator[Request]:
    """Give the requests to the same host that the signature of *url* and *pairs* covers as well.

    One boundary is moved at a time, to each place it can stand: between the URL and the fields, between
    a name and its value, between one field and the next. Those whose order would change when sorted
    carry another text and are left out.
    """
    ordered = tuple(sorted(set(pairs)))
    text = _text(url, ordered)
    seen = {(url, ordered)}
    for request in (*_shorter_urls(url, ordered), *_longer_urls(url, ordered), *_moved_fields(url, ordered)):
        if request not in seen and _text(request[0], tuple(sorted(set(request[1])))) == text:
            seen.add(request)
            yield request


def _text(url: str, ordered: Pairs) -> str:
    return url + "".join(name + value for name, value in ordered)


def _shorter_urls(url: str, pairs: Pairs) -> Iterator[Request]:
    path_at = (
        len(url) - len(urlsplit(url).path) - (len(urlsplit(url).query) + 1 if urlsplit(url).query else 0)
    )
    (name, value), rest = pairs[0], pairs[1:]
    for cut in range(path_at + 1, len(url)):
        head, tail = url[:cut], url[cut:]
        for at in range(len(tail) + 1):
            yield head, ((tail[:at], tail[at:]), *pairs)
        for at in range(len(name) + 1):
            yield head, ((tail + name[:at], name[at:] + value), *rest)


def _longer_urls(url: str, pairs: Pairs) -> Iterator[Request]:
    for number, (name, value) in enumerate(pairs):
        taken, rest = _text(url, pairs[:number]), pairs[number + 1 :]
        for cut in range(len(name) + 1):
            yield taken + name[:cut], ((name[cut:], value), *rest)
        for cut in range(len(value) + 1):
            head, tail = taken + name + value[:cut], value[cut:]
            yield head, ((tail, ""), *rest)
            yield head, (("", tail), *rest)
            if rest:
                yield head, ((tail + rest[0][0], rest[0][1]), *rest[1:])


def _moved_fields(url: str, pairs: Pairs) -> Iterator[Request]:
    for number, (name, value) in enumerate(pairs):
        before, after = pairs[:number], pairs[number + 1 :]
        both = name + value
        for cut in range(len(both) + 1):
            yield url, (*before, (both[:cut], both[cut:]), *after)
        for cut in range(len(value) + 1):
            yield url, (*before, (name, value[:cut]), (value[cut:], ""), *after)
            yield url, (*before, (name, value[:cut]), ("", value[cut:]), *after)
        if not after:
            continue
        (next_name, next_value), others = after[0], after[1:]
        for cut in range(len(value) + 1):
            yield url, (*before, (name, value[:cut]), (value[cut:] + next_name, next_value), *others)
        for cut in range(len(next_name) + 1):
            yield url, (*before, (name, value + next_name[:cut]), (next_name[cut:], next_value), *others)
        yield url, (*before, (name, value + next_name + next_value), *others)

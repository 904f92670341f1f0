"""Text files from outside: size limited before reading, encoding found."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from planner.errors import InputError

SAMPLE_BYTES = 65_536  # charset-normalizer is slow; this much tells a code page as well as the whole file

# Code pages a spreadsheet or tracker writes in Europe and the Americas; each reads any bytes, so the text decides.
_CODE_PAGES = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254"]
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def read_text(path: Path, limit: int) -> str:
    """Read a text file of at most ``limit`` bytes, whatever its encoding; line ends stay as they are.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, too large, or no text.
    """
    return decoded(read_bytes(path, limit), str(path))


def read_bytes(path: Path, limit: int) -> bytes:
    """Read a file of at most ``limit`` bytes; a larger one is refused before anything is read.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, too large or cannot be read.
    """
    check_size(path, limit)
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise InputError(str(path), f"the file cannot be read: {error.strerror}") from None
    if len(content) > limit:
        raise _too_large(path, limit)
    return content


def check_size(path: Path, limit: int) -> None:
    """Refuse what is missing, a folder or larger than ``limit`` bytes.

    Raises
    ------
    InputError
        With what is wrong.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise InputError(str(path), "there is no such file", _near_files(path)) from None
    except (OSError, ValueError) as error:
        cause = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a file name"
        raise InputError(str(path), f"the file cannot be read: {cause}") from None
    if stat.S_ISDIR(status.st_mode):
        raise InputError(str(path), "this is a folder, not a file", "Name a file in it")
    if status.st_size > limit:
        raise _too_large(path, limit)


def decoded(content: bytes, place: str) -> str:
    """Turn bytes into text: by byte order mark, else UTF-8, else UTF-16 by its zeros, else the likeliest code page.

    Raises
    ------
    InputError
        If the bytes are no text.
    """
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), None) or _utf16(content) or "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = _by_code_page(content, place) if encoding == "utf-8" else ""
        if not text:
            raise _no_text(place) from None
    if "\0" in text:
        raise _no_text(place)
    return text


def _utf16(content: bytes) -> str | None:
    """UTF-16 without a mark: in most languages every other byte is zero."""
    sample = content[:SAMPLE_BYTES]
    if len(sample) < 4 or len(sample) % 2:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.4 * half and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd == 0 else None


def _by_code_page(content: bytes, place: str) -> str:
    if b"\0" in content:
        raise _no_text(place)
    from charset_normalizer import from_bytes

    lines = [line for line in content.splitlines() if not line.isascii()]
    sample = b"\n".join(lines)[:SAMPLE_BYTES]
    best = from_bytes(sample, cp_isolation=_CODE_PAGES).best()
    for encoding in (best.encoding if best else "cp1252", "cp1252", "latin-1"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _control_share(text) > 0.01:
            raise _no_text(place)
        return text
    raise _no_text(place)


def _control_share(text: str) -> float:
    sample = text[:SAMPLE_BYTES]
    return sum(sign < " " and sign not in "\t\n\r\f\v" for sign in sample) / max(1, len(sample))


def _no_text(place: str) -> InputError:
    return InputError(place, "this is not a text file", "Save it as UTF-8 text")


def _too_large(path: Path, limit: int) -> InputError:
    return InputError(str(path), f"the file is larger than {limit // 1_000_000} MB", "Give a smaller file")


def _near_files(path: Path) -> str:
    from difflib import get_close_matches

    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return f"There is no folder {str(path.parent)!r} either"
    nearest = get_close_matches(path.name, names[:10_000], n=1)
    return f"Did you mean {nearest[0]!r}?" if nearest else ""

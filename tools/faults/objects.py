"""The object store is down."""
from .outcome import Outcome


def objects(*_):
    """There is none to lose: the bytes of Binaries are in Postgres, and no setting puts them elsewhere (decisions 45 and 46)."""
    return Outcome("object store down", skipped="the server has no object store: bytes are in Postgres (decisions 45 and 46)")

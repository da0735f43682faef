"""Which version of Stallholder this is."""

from importlib.metadata import version

SOFTWARE = version("stallholder")

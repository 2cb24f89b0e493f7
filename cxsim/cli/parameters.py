"""``cxsim parameters``: every parameter as the schema declares it."""

from __future__ import annotations

from cxsim.cli.parser import Parser
from cxsim.cli.tables import print_table
from cxsim.config.describe import PARAMETER_HEADER, parameter_rows, parameters_markdown
from cxsim.config.errors import UnknownKeyError
from cxsim.config.keys import index


def main(arguments: list[str]) -> int:
    """List parameters.

    Raises:
        CxsimError: no key begins with what was asked for.
    """
    parser = Parser(prog="cxsim parameters", description="List every parameter: what it means and what is allowed.")
    parser.add_argument("key", nargs="?", default="", help="only keys that begin so, for example regulator.fine")
    parser.add_argument("--markdown", action="store_true", help="as Markdown, for documentation")
    given = parser.parse_args(arguments)
    keys = [key for key in index() if key.startswith(given.key)]
    if not keys:
        raise UnknownKeyError(given.key, index())
    if given.markdown:
        print(parameters_markdown(keys), end="")
    else:
        print_table("Parameters", PARAMETER_HEADER, parameter_rows(keys))
    return 0

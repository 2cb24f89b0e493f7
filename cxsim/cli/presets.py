"""``cxsim presets``: the presets of each group, with their titles."""

from __future__ import annotations

from cxsim.cli.parser import Parser
from cxsim.cli.tables import print_table
from cxsim.config.describe import PRESET_HEADER, preset_rows, presets_markdown
from cxsim.config.errors import CxsimError, nearest
from cxsim.config.presets import GROUPS


def main(arguments: list[str]) -> int:
    """List presets.

    Raises:
        CxsimError: a group that does not exist, or a folder of presets that cannot be read.
    """
    parser = Parser(prog="cxsim presets", description="List the presets of each group; choose one with GROUP=PRESET.")
    parser.add_argument("group", nargs="?", help=f"only one of {', '.join(GROUPS)}")
    parser.add_argument("--config-dir", metavar="FOLDER", help="a folder with presets of your own")
    parser.add_argument("--markdown", action="store_true", help="as Markdown, for documentation")
    given = parser.parse_args(arguments)
    if given.group is not None and given.group not in GROUPS:
        hint = nearest(given.group, GROUPS)
        raise CxsimError(f"{given.group}: there is no such group of presets.{hint} Allowed: {', '.join(GROUPS)}.")
    groups = GROUPS if given.group is None else (given.group,)
    if given.markdown:
        print(presets_markdown(groups, given.config_dir), end="")
        return 0
    for group in groups:
        print_table(group, PRESET_HEADER, preset_rows(group, given.config_dir))
    return 0

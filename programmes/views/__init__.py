"""The pages of a programme: the insats, its reserved places, and the administrator's blueprints."""

from programmes.views.programme import blueprint_import, blueprint_list, programme_detail
from programmes.views.reserved import reserved_end, reserved_list, reserved_new

__all__ = [
    "blueprint_import",
    "blueprint_list",
    "programme_detail",
    "reserved_end",
    "reserved_list",
    "reserved_new",
]

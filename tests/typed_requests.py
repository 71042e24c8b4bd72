"""For mypy: in this project `request.user` is always somebody.

Every view has a door (`accounts.access.door`) that turns away those who are not signed in, and a test
walks the URLconf and fails for a view without one. Without this, each view would have to say again
what the door has already made sure of. Views with the open door (`door(None)`) must ask
`is_authenticated` themselves.
"""

from collections.abc import Callable

from mypy.plugin import AttributeContext, Plugin
from mypy.types import Instance, Type


class TypedRequests(Plugin):
    """Gives `HttpRequest.user` the type of our own user."""

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Called by mypy for every attribute that is read."""
        if fullname == "django.http.request.HttpRequest.user":
            return self._our_user
        return None

    def _our_user(self, context: AttributeContext) -> Type:
        checker = context.api
        found = checker.modules.get("accounts.models")  # type: ignore[attr-defined]
        node = found.names["User"].node if found and "User" in found.names else None
        return Instance(node, []) if node is not None else context.default_attr_type


def plugin(version: str) -> type[Plugin]:
    """mypy's entry point."""
    return TypedRequests

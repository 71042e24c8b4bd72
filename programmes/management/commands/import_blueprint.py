"""Read a programme's blueprint, or the code lists, from a file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.enums import OrganisationKind
from accounts.models import Organisation, Unit
from programmes.enums import CodeList
from programmes.models import Programme
from programmes.services import (
    ImportResult,
    InvalidBlueprint,
    import_blueprint,
    import_codes,
    read_toml,
)


class Command(BaseCommand):
    """The same import as the administrator's page. A second import of the same file changes nothing.

    A programme that already exists keeps its owners; for a new one say which they are.
    """

    help = "Läser in ett upplägg (eller kodlistorna) från en TOML-fil."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and for a new programme its owners by name."""
        parser.add_argument("file", type=Path, help="TOML-fil med upplägget")
        parser.add_argument("--association", default="", help="samordningsförbundets namn")
        parser.add_argument("--controller", default="", help="personuppgiftsansvarig organisation")
        parser.add_argument("--unit", default="", help="arbetslagets namn hos den organisationen")
        parser.add_argument("--dry-run", action="store_true", help="visa, men ändra inget")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 0 when the file is in; otherwise every fault on standard error."""
        try:
            data = read_toml(_content(options["file"]))
            if "programme" in data or not data.keys() & {*CodeList.values}:
                result = import_blueprint(
                    data=data, preview=options["dry_run"], **_owners(data, options)
                )
                self._say(result, options["format"])
            else:
                counts = vars(import_codes(data=data))
                self.stdout.write(json.dumps(counts))
        except InvalidBlueprint as refused:
            raise CommandError("\n".join(refused.reasons)) from None

    def _say(self, result: ImportResult, form: str) -> None:
        if form == "json":
            rows = [vars(row) for row in result.rows]
            self.stdout.write(json.dumps({"rows": rows, "messages": result.messages}))
            return
        for row in result.rows:
            self.stdout.write(f"{row.result}  {row.part}  {row.name}  {'; '.join(row.changes)}")
        for message in result.messages:
            self.stdout.write(message)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"Filen {path} går inte att läsa: {error.strerror}.") from None


def _owners(data: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    table = data.get("programme")
    slug = table.get("slug", "") if isinstance(table, dict) else ""
    existing = Programme.objects.filter(slug=slug).first() if isinstance(slug, str) else None
    association = _organisation(options["association"], OrganisationKind.ASSOCIATION)
    controller = _organisation(options["controller"])
    unit = Unit.objects.filter(organisation=controller, name=options["unit"]).first()
    if options["unit"] and unit is None:
        raise CommandError(f"Arbetslaget {options['unit']} finns inte hos {controller}.")
    owners = {
        "association": association or getattr(existing, "association", None),
        "data_controller": controller or getattr(existing, "data_controller", None),
        "unit": unit or getattr(existing, "unit", None),
    }
    if None in owners.values():
        raise CommandError("Insatsen är ny: ange --association, --controller och --unit.")
    return owners


def _organisation(name: str, kind: str = "") -> Organisation | None:
    if not name:
        return None
    found = Organisation.objects.filter(name=name)
    one = (found.filter(kind=kind) if kind else found).first()
    if one is None:
        raise CommandError(f"Organisationen {name} finns inte.")
    return one

"""The brand on the page: name and colours of `parameters/brand.yaml`, given to the style sheet as variables.

Not `billing.documents.read_brand`, which asks for everything an invoice needs, and whose package brings pandas: 90 MB
that the server of the dashboards does without.
"""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tollbook.errors import TollbookError
from tollbook.rating.prices import problems

# Six hex digits and nothing else: these texts are written into a style sheet.
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class BadBrand(TollbookError):
    """A brand file that cannot be read."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        super().__init__(f"{path}: {fault}; colours are written as #RRGGBB")


class Colours(BaseModel):
    """The four colours of a brand."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ink: Colour = "#14213D"
    accent: Colour = "#0F766E"
    soft: Colour = "#E6F0EE"
    alert: Colour = "#B4532A"


class Brand(BaseModel):
    """What a page needs to know of the company that shows it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = "Tollbook"
    colours: Colours = Colours()

    @property
    def css(self) -> str:
        """CSS custom properties: `--brand-ink:#14213D;...`."""
        return "".join(f"--brand-{name}:{colour};" for name, colour in self.colours)


def read_brand(parameters: Path) -> Brand:
    """The brand of a project; the default one where it has no `brand.yaml`.

    Raises:
        BadBrand: the file is not YAML or a field is not what it should be.
    """
    path = parameters / "brand.yaml"
    if not path.exists():
        return Brand()
    try:
        return Brand.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadBrand(path, " ".join(str(error).split())) from error
    except ValidationError as error:
        raise BadBrand(path, problems(error)) from error

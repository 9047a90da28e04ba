"""The brand on the page: name and colours of `parameters/brand.yaml`, given to the style sheet as variables."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from tollbook.billing.documents.brand import BadBrand, Colours
from tollbook.rating.prices import problems


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

"""The sender: name, colours and bank account, as data in `parameters/brand.yaml`."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError, field_validator

from tollbook.errors import TollbookError
from tollbook.rating.prices import Model, problems

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
Text = Annotated[str, Field(min_length=1, max_length=120)]


class BadBrand(TollbookError):
    """A brand.yaml that cannot be read or does not hold together."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        super().__init__(f"{path}: {fault}; parameters/README.md lists the fields")


class Colours(Model):
    """Hexadecimal RGB: text, emphasis, quiet backgrounds, warnings."""

    ink: Colour = "#14213D"
    accent: Colour = "#0F766E"
    soft: Colour = "#E6F0EE"
    alert: Colour = "#B4532A"


class Bank(Model):
    """Where the money goes."""

    name: Text
    account_name: Text
    iban: str
    bic: Annotated[str, Field(pattern=r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$")]

    @field_validator("iban")
    @classmethod
    def _check_digits(cls, iban: str) -> str:
        """ISO 13616: country and check digits moved to the end, letters as numbers, remainder by 97 is 1."""
        plain = iban.replace(" ", "").upper()
        if not plain.isascii() or not plain.isalnum() or not 15 <= len(plain) <= 34:
            raise ValueError("an IBAN has 15 to 34 letters and digits")
        if int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 != 1:
            raise ValueError(f"{iban!r} fails the IBAN check: a letter or digit is wrong")
        return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


class Brand(Model):
    """Who sends the invoices; `sample` prints on every page that the data is invented."""

    name: Text
    legal_name: Text
    address: tuple[Text, ...] = Field(min_length=1, max_length=6)
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    tax_id: Text
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=120)]
    phone: str = ""
    website: str = ""
    colours: Colours = Colours()
    bank: Bank
    sample: bool = False

    @property
    def initials(self) -> str:
        """What stands in the logo: the capitals of the name (`TeleMessage` -> `TM`), else its first letter."""
        capitals = [sign for sign in self.name if sign.isupper()]
        return "".join(capitals[:2]) or self.name[0].upper()


def read_brand(path: Path) -> Brand:
    """Read `parameters/brand.yaml`.

    Raises:
        BadBrand: not there, not YAML, or a field that is wrong, missing or unknown (each is named).
    """
    try:
        return Brand.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadBrand(path, f"cannot be read: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        raise BadBrand(path, problems(error)) from error

"""What an order says besides when and where: the schema of a product, and what is wrong with what was sent."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter
from referencing import Registry

from satselect.schemas.fields.labels import Label
from satselect.schemas.fields.limits import MAX_NAME_CHARACTERS, MAX_PROFIT
from satselect.schemas.fields.profits import Profit
from satselect.schemas.ordering.products import OWN_PARAMETERS
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.schema_faults import faults_of
from satselect.schemas.reading.validation import validate
from satselect.store.models import Product

WHERE = "order_parameters"


class _Own(BaseModel):
    profit: Profit | None = None
    reference: Label | None = None


_OWN: TypeAdapter[_Own] = TypeAdapter(_Own)
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(product: Product) -> dict[str, Any]:
    """The JSON Schema of the parameters of its orders."""
    least = product.profit_as_sent
    profit = {"type": "number", "minimum": least or 0, "maximum": MAX_PROFIT, "description": "what it is worth"}
    if least is not None:
        profit["default"] = least
    own = {
        "profit": profit,
        "reference": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_NAME_CHARACTERS,
            "description": "what the customer calls it",
        },
    }
    required = [*(["profit"] if least is None else []), *product.parameters.get("required", [])]
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": own | product.parameters.get("properties", {}),
        **({"required": required} if required else {}),
        "additionalProperties": False,  # one that is misspelt would be left out without a word
    }


def check_parameters(product: Product, sent: Mapping[str, Any]) -> None:
    """Returns if they are as the schema has them. Nothing is looked up elsewhere for it.

    Raises:
        InvalidError: with the place of each fault.
    """
    # A registry of its own: without one, references would be fetched from wherever they point.
    found = Draft202012Validator(schema_of(product), registry=Registry()).iter_errors(dict(sent))
    if faults := faults_of(found, WHERE):
        raise InvalidError(faults)
    own = {name: sent[name] for name in OWN_PARAMETERS if name in sent}
    try:
        validate(_OWN, own)
    except InvalidError as error:
        raise error.below(WHERE) from None

"""What every table of the configuration is: its keys and no others, frozen."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A TOML table: its keys and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

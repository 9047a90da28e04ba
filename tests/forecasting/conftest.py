import pandas as pd
import pytest
from planted_usage import planted


@pytest.fixture(scope="session")
def steady() -> pd.Series:
    """Fourteen months with a weekly shape and British holidays."""
    return planted(country="GB")

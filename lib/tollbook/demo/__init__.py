"""`tollbook demo`: six invented clients, their contracts and fourteen months of their traffic, the same every time.

`parameters/` says what each client pays, `world.py` what it sends; `twilio.py`, `aws_sns.py` and `telemessage.py`
write that as those suppliers would, with faults (`faults.py`) that `manifest.py` counts.
"""

from tollbook.demo.install import ParametersInTheWay, demo_parameters
from tollbook.demo.landing import LandingInTheWay
from tollbook.demo.manifest import BadManifest, Delivery, Manifest, read_manifest
from tollbook.demo.writing import BadPlan, Progress, write_demo

__all__ = [
    "BadManifest",
    "BadPlan",
    "Delivery",
    "LandingInTheWay",
    "Manifest",
    "ParametersInTheWay",
    "Progress",
    "demo_parameters",
    "read_manifest",
    "write_demo",
]

"""What the tests of this folder share."""

from tests.check.desk import bench as bench

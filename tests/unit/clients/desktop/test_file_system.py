"""Which file systems number their files anew is read in the list of mounts."""

import pytest

from clients.desktop.disk.file_system import type_of

MOUNTS = """\
24 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
91 24 7:0 / /media/a\\040stick rw,nosuid shared:48 master:2 - fuseblk /dev/loop0 rw,user_id=0
92 24 0:45 / /home/ada/cloud rw,nosuid - fuse.sshfs ada@there: rw
"""


@pytest.mark.parametrize(
    ("device", "kind"),
    [
        ((254, 0), "ext4"),
        ((7, 0), "fuseblk"),
        ((0, 45), "fuse.sshfs"),
        ((254, 1), ""),
        ((25, 4), ""),
    ],
)
def test_the_type_of_a_device_is_found(device, kind):
    assert type_of(MOUNTS, *device) == kind

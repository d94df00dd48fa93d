"""What can be wrong with what somebody asks of a device, as facts."""


class DeviceIllegal(Exception):
    """A device that there cannot be; the message tells its owner what to do."""


class DeviceMissing(Exception):
    """No device of this home has this id."""

    def __init__(self, device_id: str) -> None:
        super().__init__(device_id)
        self.device_id = device_id

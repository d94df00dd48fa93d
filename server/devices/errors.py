"""What can be wrong with what somebody asks of a device, as facts."""


class DeviceIllegal(Exception):
    """A device that there cannot be: the message tells what to do, and `why` is a word for that."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class DeviceMissing(Exception):
    """No device of this home has this id."""

    def __init__(self, device_id: str) -> None:
        super().__init__(device_id)
        self.device_id = device_id

"""The icon beside the clock, where a screen has a place for one; needs the extra `desktop`."""

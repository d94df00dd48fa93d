"""The small window: what a person sees of the folders of this computer, and does about them."""

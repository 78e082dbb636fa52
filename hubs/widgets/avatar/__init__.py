"""The avatar widget: the face of a hub."""

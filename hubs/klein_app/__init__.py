"""The portal: pages, static files, templates."""

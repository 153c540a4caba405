"""Drawn screens: from `guides/<slug>.screens.yaml` to a drawing that the layout engine sets like a picture."""

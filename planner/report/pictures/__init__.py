"""The pictures of a plan: one module each, drawn as SVG."""

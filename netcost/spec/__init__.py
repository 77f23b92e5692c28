"""An earlier home of names that scripts may still import."""

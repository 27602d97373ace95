from tests.app.service import api, world

__all__ = ["api", "world"]

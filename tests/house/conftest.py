from tests.app.conftest import anyio_backend, db, shared, stores, template

__all__ = ["anyio_backend", "db", "shared", "stores", "template"]

"""How every test runs: no example of hypothesis fails for being slow on a busy machine."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, print_blob=True)
settings.load_profile("steady")

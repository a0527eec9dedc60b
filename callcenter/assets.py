"""How static files are named in production: by their content, the imports inside our script modules too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Without this a module would import the plain, cached-for-long names of its neighbours.

    Only our own modules are read so: comments in vendored scripts look like imports and would fail.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )

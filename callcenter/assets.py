"""How static files are named in production: by their content, the imports inside script modules too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Without the aggregation a module would import the plain, cached-for-ever names of its neighbours."""

    support_js_module_import_aggregation = True

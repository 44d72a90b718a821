#!/bin/sh
# The engine's compiled caches can only be used where they can be written, too; the image itself is read-only.
set -eu
if [ -d "${NUMBA_SEED:=/opt/numba}" ]; then
    mkdir -p "$NUMBA_CACHE_DIR"
    cp -R "$NUMBA_SEED/." "$NUMBA_CACHE_DIR"
fi
exec "$@"

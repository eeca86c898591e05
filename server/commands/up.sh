#!/bin/sh
# From a fresh checkout to a running server: install, build when something changed, start.
set -e
. server/commands/install.sh
node server/commands/build.ts
# What is freed goes back to the system: glibc raises this to 32 MB by itself, and then keeps the buffers of large files.
export MALLOC_MMAP_THRESHOLD_=1048576
NODE_ENV=production exec node server/main.ts "$@"

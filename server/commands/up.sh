#!/bin/sh
# From a fresh checkout to a running server: install, build when something changed, start.
set -e
. server/commands/install.sh
node server/commands/build.ts
NODE_ENV=production exec node server/main.ts "$@"

#!/bin/sh
# The server with Next in development mode, restarted when a file under server/ changes.
set -e
. server/commands/install.sh
prisma generate --schema prisma/schema.prisma --no-hints >/dev/null
NODE_ENV=development exec node --watch-path=./server server/main.ts --dev

#!/bin/sh
# The server with Next in development mode, restarted when a file under server/ changes.
set -e
. server/commands/install.sh
node server/commands/generate-client.ts
NODE_ENV=development exec node --watch-path=./server server/main.ts --dev

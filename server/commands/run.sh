#!/bin/sh
# Runs one of the operator's commands beside this file: backup, restore, move-to-postgres, setup-link, ...
set -e
. server/commands/install.sh
[ -f server/db/generated/client.ts ] || prisma generate --schema prisma/schema.prisma --no-hints >/dev/null
command=$1
shift
exec node "server/commands/$command.ts" "$@"

#!/bin/sh
# The benchmarks, against a mock upstream in a process of its own; each server gets a DATA_DIR of its own.
set -e
. server/commands/install.sh
if [ "$1" = retrieval ]; then
  shift
  exec node tests/bench/retrieval.ts "$@"
fi
if [ "$1" = attacks ]; then
  shift
  exec node tests/bench/attacks.ts "$@"
fi
if [ "$1" = mcp ]; then
  exec node tests/bench/mcp.ts
fi
node server/commands/build.ts
exec node tests/bench/run.ts "$@"

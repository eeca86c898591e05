#!/bin/sh
# Installs what package-lock.json names, once, and leaves a Node.js >= 24 at node_modules/node/bin or on PATH.
# Sourced by the other commands from the project's root.
set -e
# True when the Node.js on PATH is at least version $1.$2.
node_is_at_least() {
  version=$(node -p process.versions.node 2>/dev/null || echo 0.0)
  major=${version%%.*} minor=${version#*.}
  minor=${minor%%.*}
  [ "$major" -gt "$1" ] || { [ "$major" -eq "$1" ] && [ "$minor" -ge "$2" ]; }
}
if ! node_is_at_least 20 9; then
  echo "Rejoinder needs Node.js 20.9 or newer: install Node.js 24 from https://nodejs.org and run the command again." >&2
  exit 1
fi
# Prisma's engine is not used; naming any existing file keeps its installer from downloading one.
PRISMA_SCHEMA_ENGINE_BINARY=$(command -v node)
export PRISMA_SCHEMA_ENGINE_BINARY
if ! cmp -s package-lock.json node_modules/.rejoinder-package-lock.json; then
  echo "Installing packages ..." >&2
  npm ci --include=dev --include=optional --loglevel=error --no-fund --no-audit >&2
  cp package-lock.json node_modules/.rejoinder-package-lock.json
fi
PATH=$PWD/node_modules/node/bin:$PWD/node_modules/.bin:$PATH
export PATH
if ! node_is_at_least 24 0; then
  echo "Rejoinder runs on Node.js 24 and could not install it as a package here: install Node.js 24 from https://nodejs.org and run the command again." >&2
  exit 1
fi

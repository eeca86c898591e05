#!/bin/sh
# `npm test` and `npm run verify`: installs what the tests need, then hands over to the runner.
set -e
. server/commands/install.sh
# Each test file is a process that loads much of the same: what one has compiled, the others need not.
export NODE_COMPILE_CACHE="$PWD/node_modules/.cache/compiled"
node server/commands/generate-client.ts
[ -f next-env.d.ts ] || next typegen >/dev/null 2>&1
if [ "$1" = "--browser" ]; then
  shift
  if [ ! -x /usr/bin/chromium ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium ..." >&2
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 || true
  fi
  [ -x /usr/bin/chromium ] || playwright install chromium >&2
  runtime=server/providers/local/runtime/package-lock.json
  if ! cmp -s $runtime node_modules/.local-models/package-lock.json; then
    echo "Installing what runs local models ..." >&2
    LOCAL_MODELS_RUNTIME=node_modules/.local-models node server/commands/install-local-models.ts >&2 ||
      rm -rf node_modules/.local-models
  fi
fi
exec node "$@"

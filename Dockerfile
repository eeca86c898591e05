FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The copy of the lockfile tells the commands (npm run setup-link, backup, ...) that nothing is left to install.
RUN PRISMA_SCHEMA_ENGINE_BINARY=/usr/local/bin/node npm ci --include=dev --loglevel=error \
  && cp package-lock.json node_modules/.rejoinder-package-lock.json
COPY . .
RUN PATH=/app/node_modules/.bin:$PATH node server/commands/build.ts \
  && npm prune --omit=dev --ignore-scripts && rm -rf .next/cache node_modules/node node_modules/node-*-*

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
# As in server/commands/up.sh.
ENV MALLOC_MMAP_THRESHOLD_=1048576
WORKDIR /app
COPY --from=build --chown=node:node /app ./
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD node -e "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "server/main.ts"]

# What the app's build needs and can't download inside the practice server: the npm cache, filled from the app's own lock
# files, and a schema engine for the Prisma CLI (see ../../schema-engine.mjs).
FROM rehearsal/node
COPY npm-cache /opt/npm-cache
COPY schema-engine /opt/schema-engine
RUN chmod -R a+rwX /opt/npm-cache \
 && npm config set --global cache=/opt/npm-cache offline=true audit=false fund=false update-notifier=false
ENV PRISMA_SCHEMA_ENGINE_BINARY=/opt/schema-engine/schema-engine.mjs \
    PRISMA_QUERY_ENGINE_LIBRARY=/opt/schema-engine/schema-engine.mjs \
    PRISMA_CLIENT_ENGINE_TYPE=client \
    PRISMA_HIDE_UPDATE_MESSAGE=1 \
    CHECKPOINT_DISABLE=1

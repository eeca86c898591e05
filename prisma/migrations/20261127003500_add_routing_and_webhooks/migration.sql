-- AlterTable: each model of an alias was asked after the one before it, so each has a priority of its own.
CREATE FUNCTION pg_temp.to_targets(models TEXT[]) RETURNS JSONB LANGUAGE sql AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('model', model, 'priority', place, 'weight', 1) ORDER BY place), '[]')
    FROM unnest(models) WITH ORDINALITY AS target (model, place)
$$;
ALTER TABLE "model_route" ALTER COLUMN "targets" TYPE JSONB USING pg_temp.to_targets("targets"),
ALTER COLUMN "targets" SET NOT NULL;
DROP FUNCTION pg_temp.to_targets;

-- CreateTable
CREATE TABLE "webhook_endpoint" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "events" TEXT[],
    "background_only" BOOLEAN NOT NULL DEFAULT true,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "secret" TEXT NOT NULL,
    "secret_hint" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "endpoint_id" TEXT COLLATE "C" NOT NULL,
    "event_id" TEXT COLLATE "C" NOT NULL,
    "event_type" TEXT NOT NULL,
    "response_id" TEXT COLLATE "C" NOT NULL,
    "payload" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" JSONB NOT NULL DEFAULT '[]',
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "leased_until" TIMESTAMPTZ(3),
    "retry_until" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateIndex
CREATE INDEX "webhook_delivery_team_id_endpoint_id_id_idx" ON "webhook_delivery"("team_id", "endpoint_id", "id");

-- CreateIndex
CREATE INDEX "webhook_delivery_next_attempt_at_idx" ON "webhook_delivery"("next_attempt_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_ended_at_idx" ON "webhook_delivery"("ended_at");

-- AddForeignKey
ALTER TABLE "webhook_endpoint" ADD CONSTRAINT "webhook_endpoint_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- CreateTable
CREATE TABLE "mcp_oauth_client" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "tool_id" TEXT COLLATE "C" NOT NULL,
    "server_url" TEXT NOT NULL,
    "redirect_url" TEXT NOT NULL,
    "client_id" TEXT COLLATE "C" NOT NULL,
    "secret" TEXT NOT NULL,
    "entered" BOOLEAN NOT NULL,

    CONSTRAINT "mcp_oauth_client_pkey" PRIMARY KEY ("team_id","tool_id")
);

-- CreateTable
CREATE TABLE "mcp_oauth_account" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "tool_id" TEXT COLLATE "C" NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL,
    "grant_id" TEXT COLLATE "C" NOT NULL,
    "server_url" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "scope" TEXT,
    "status" TEXT NOT NULL,
    "note" TEXT,
    "version" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "connected_by_id" TEXT COLLATE "C" NOT NULL,
    "connected_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mcp_oauth_account_pkey" PRIMARY KEY ("team_id","tool_id","user_id")
);

-- CreateTable
CREATE TABLE "mcp_oauth_attempt" (
    "state_hash" TEXT NOT NULL,
    "team_id" TEXT COLLATE "C" NOT NULL,
    "tool_id" TEXT COLLATE "C" NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL,
    "session_id" TEXT COLLATE "C" NOT NULL,
    "server_url" TEXT NOT NULL,
    "redirect_url" TEXT NOT NULL,
    "is_entered" BOOLEAN NOT NULL,
    "secret" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mcp_oauth_attempt_pkey" PRIMARY KEY ("state_hash")
);

-- AddForeignKey
ALTER TABLE "mcp_oauth_client" ADD CONSTRAINT "mcp_oauth_client_team_id_tool_id_fkey" FOREIGN KEY ("team_id", "tool_id") REFERENCES "saved_tool"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mcp_oauth_account" ADD CONSTRAINT "mcp_oauth_account_team_id_tool_id_fkey" FOREIGN KEY ("team_id", "tool_id") REFERENCES "saved_tool"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mcp_oauth_attempt" ADD CONSTRAINT "mcp_oauth_attempt_team_id_tool_id_fkey" FOREIGN KEY ("team_id", "tool_id") REFERENCES "saved_tool"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

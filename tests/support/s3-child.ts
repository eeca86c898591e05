import { startS3Server } from "#tests/support/s3-server";

// An S3 server in a process of its own, so that what it holds in memory is not the test's. Prints where it is.
const { endpoint, directory } = await startS3Server();
process.stdout.write(`s3 ${endpoint} ${directory}\n`);

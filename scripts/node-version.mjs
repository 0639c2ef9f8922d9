// Imported first by every script, before anything that an old Node could not even read.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `Motcua needs Node 20.19 or newer; this is Node ${process.versions.node}. Get one from https://nodejs.org.\n`,
  );
  process.exit(1);
}

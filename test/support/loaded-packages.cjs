// Preloaded into a program: writes at its end which packages it has loaded by `require`, or as what an import needs.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const names = Object.keys(require.cache).flatMap(
    (path) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? [],
  );
  writeFileSync(process.env.LOADED_PACKAGES, JSON.stringify([...new Set(names)].sort()));
});

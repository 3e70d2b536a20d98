/** Runs `memlab analyze unbound-object --snapshot-dir FOLDER`, without the command line that wants a browser. */
const { ObjectUnboundGrowthAnalysis } = require('@memlab/heap-analysis');

// a rejection ends the process
void new ObjectUnboundGrowthAnalysis()
  .analyzeSnapshotsInDirectory(process.argv[2])
  .then(({ analysisOutputFile }) => {
    // it prints colours even to a pipe
    const text = require('node:fs').readFileSync(analysisOutputFile, 'utf8');
    process.stdout.write(require('node:util').stripVTControlCharacters(text));
  });

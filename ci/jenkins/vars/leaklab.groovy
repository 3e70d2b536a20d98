/**
 * A step for a shared library of Jenkins: leaklab(node: '22,24', limit: 600, total: 30)
 *
 * Runs the tests of all packages on all Nodes, and fails the build where one leaves something behind. Options, all
 * of which may be left out: node, packages, command, limit, baseline, since, as leaklab ci has them, and
 * total, the minutes that all of it may take (default 30).
 */
def call(Map options = [:]) {
  def known = ['node', 'packages', 'command', 'limit', 'baseline', 'since']
  def wrong = options.keySet().find { !(it in known + ['total']) }
  if (wrong != null) {
    error("leaklab: no option ${wrong}; there are ${(known + ['total']).join(', ')}")
  }
  def args = ['--format', 'junit', '--output', 'leaklab/junit.xml', '--format', 'sarif', '--output', 'leaklab/leaks.sarif', '--reports', 'leaklab/reports']
  known.findAll { options[it] != null }.each { args += ["--${it}", options[it].toString()] }
  try {
    timeout(time: (options.total ?: 30) as int, unit: 'MINUTES') {
      sh(label: 'leaklab ci', script: 'npx --no-install leaklab ci ' + args.collect { quoted(it) }.join(' '))
    }
  } finally {
    junit(testResults: 'leaklab/junit.xml', allowEmptyResults: true)
    archiveArtifacts(artifacts: 'leaklab/*', allowEmptyArchive: true)
  }
}

/** As one word of a shell, whatever is in it. */
private String quoted(String text) {
  return "'" + text.replace("'", "'\\''") + "'"
}

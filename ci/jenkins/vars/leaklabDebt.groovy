/**
 * A step for a shared library of Jenkins, after the step leaklab: leaklabDebt(to: 'jira', credentials: 'jira-token')
 *
 * Adds the run to the history of leaks, which is an artifact of the last build, archives its page, and keeps one
 * ticket for each cause. Options, all of which may be left out: history, the file (default leaks.history.jsonl);
 * to, as leaklab tickets has it (default no tickets); credentials, the id of a user name and token for it.
 * Needs the plugin Copy Artifact. Belongs on the branch that is released, alone.
 */
def call(Map options = [:]) {
  def known = ['history', 'to', 'credentials']
  def wrong = options.keySet().find { !(it in known) }
  if (wrong != null) {
    error("leaklabDebt: no option ${wrong}; there are ${known.join(', ')}")
  }
  def history = options.history ?: 'leaks.history.jsonl'
  // the first build has none
  copyArtifacts(projectName: env.JOB_NAME, selector: lastCompleted(), filter: history, optional: true)
  sh(label: 'leaklab history', script: """
    npx --no-install leaklab history add leaklab/reports --file ${quoted(history)}
    npx --no-install leaklab history page --file ${quoted(history)} --output leaklab/debt.html
  """)
  archiveArtifacts(artifacts: "${history}, leaklab/debt.html")
  if (options.to == null) {
    return
  }
  def variables = options.to == 'jira' ? ['JIRA_USER', 'JIRA_TOKEN'] : ['LEAKLAB_USER', "${options.to.toUpperCase()}_TOKEN"]
  withCredentials([usernamePassword(credentialsId: options.credentials, usernameVariable: variables[0], passwordVariable: variables[1])]) {
    sh(label: 'leaklab tickets', script: "npx --no-install leaklab tickets --to ${quoted(options.to)} --history ${quoted(history)} --apply")
  }
}

/** As one word of a shell, whatever is in it. */
private String quoted(String text) {
  return "'" + text.replace("'", "'\\''") + "'"
}

/**
 * Compiles TypeScript to CommonJS as ts-jest does, with the project's own compiler. Loading that compiler takes
 * longer than a whole run, so the results are cached, and the scorer compiles the file of tests before jest starts.
 */
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

exports.process = function (source, fileName) {
  return exports.compiled(source, fileName, process.env.LEAKLAB_COMPILED);
};

/** Compiles a source. @param folder of the cache */
exports.compiled = function (source, fileName, folder) {
  const name = createHash('sha256').update(`${fileName}\n${source}`).digest('hex').slice(0, 32);
  const file = join(folder, `${name}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const result = compile(source, fileName);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.${process.pid}.tmp`, JSON.stringify(result));
  renameSync(`${file}.${process.pid}.tmp`, file);
  return result;
};

function compile(source, fileName) {
  const ts = require('typescript');
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      sourceMap: true,
      verbatimModuleSyntax: false,
    },
  });
  return {
    code: outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'),
    map: JSON.parse(sourceMapText),
  };
}

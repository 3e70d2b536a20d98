import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * Registers hooks that compile TypeScript. Node only strips types, and refuses syntax with a meaning at run time
 * (enums, parameter properties, namespaces). Inline source maps keep the lines.
 */
export function transpileTypeScript(): void {
  registerHooks({
    load: (url, context, nextLoad) => {
      if (!/^file:.*\.[cm]?ts$/.test(url) || url.includes('/node_modules/')) return nextLoad(url, context);
      const fileName = fileURLToPath(url);
      const isModule = context.format !== 'commonjs-typescript' && !fileName.endsWith('.cts');
      const { outputText } = ts.transpileModule(readFileSync(fileName, 'utf8'), {
        fileName,
        compilerOptions: {
          target: ts.ScriptTarget.ES2024,
          module: isModule ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
          inlineSourceMap: true,
          verbatimModuleSyntax: false,
        },
      });
      return { format: isModule ? 'module' : 'commonjs', source: outputText, shortCircuit: true };
    },
  });
}

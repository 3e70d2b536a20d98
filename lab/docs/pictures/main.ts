/** Draws the pictures of docs/pictures/ from the committed measurements. */
import { join } from 'node:path';
import { projectRoot } from '../../shared/project-root.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { picturesOf } from './pictures.ts';

for (const [name, picture] of picturesOf(projectRoot))
  writeWhole(join(projectRoot, 'docs', 'pictures', name), picture);

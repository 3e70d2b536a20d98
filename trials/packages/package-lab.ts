import type { Kind } from '../../detector/index.ts';
import type { Lab } from '../../lab/contract.ts';

/** What a program that uses a package is given. */
export interface PackageLab extends Lab {
  /** Whether to make the one call that closes what the marked line opens; all else is the same. */
  readonly close: boolean;
  /** Port on `127.0.0.1` of the service that the program names; 0 if it names none. */
  readonly port: number;
}

/** Servers that run beside the program, in a process of their own: `services/<name>.ts`. */
export const services = ['postgres', 'mqtt', 'smtp', 'socket-io'] as const;
export type Service = (typeof services)[number];

/** What such a program says about itself. */
export interface PackageProgram {
  readonly service?: Service;
  /** What the package leaves behind though closed as documented; the report has to name the package. */
  readonly leavesWhenClosed?: { readonly kind: Kind; readonly package: string; readonly reason: string };
}

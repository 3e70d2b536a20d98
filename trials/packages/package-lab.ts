import type { Kind } from '../../detector/index.ts';
import type { Lab } from '../../lab/contract.ts';

/** Lab of a program that uses a package. */
export interface PackageLab extends Lab {
  /** Tells the program to make the one call that closes what the marked line opens. */
  readonly close: boolean;
  /** Port on `127.0.0.1` of the service that the program names; 0 if it names none. */
  readonly port: number;
}

/** Servers that run beside the program, each in a separate process: `services/<name>.ts`. */
export const services = ['postgres', 'mqtt', 'smtp', 'socket-io'] as const;
export type Service = (typeof services)[number];

/** Metadata of such a program. */
export interface PackageProgram {
  readonly service?: Service;
  /** Leak of the package even when closed as documented; the report must name the package. */
  readonly leavesWhenClosed?: { readonly kind: Kind; readonly package: string; readonly reason: string };
}

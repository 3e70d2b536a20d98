import { equal, rejects } from 'node:assert/strict';
import { Agent } from 'node:http';
import axios, { AxiosError } from 'axios';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close, upstream }: PackageLab): Promise<void> {
  const httpAgent = new Agent({ keepAlive: true }); // LEAK: socket
  const api = axios.create({ baseURL: upstream.http, httpAgent, proxy: false, timeout: 5000 });
  api.interceptors.request.use((request) => {
    request.headers.set('x-request', 'lab');
    return request;
  });
  for (const text of ['tea', 'milk']) equal((await api.post<string>('/echo', text)).data, text);
  await rejects(api.get('/error'), AxiosError);
  const abort = new AbortController();
  const slow = api.get('/stall-headers', { signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  await rejects(slow, axios.CanceledError);
  equal((await api.get<{ ok: boolean }>('/ok')).data.ok, true);
  if (close) httpAgent.destroy();
}

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isLoopbackAddress, type Config } from '#libs/config';
import { DomainError, type JsonObject } from '#libs/kernel';

/** Why the API cannot listen: the message is a whole sentence for whoever started it. */
export class CannotListen extends DomainError {
  constructor(
    code: 'host_not_loopback' | 'port_taken' | 'port_forbidden' | 'host_unknown',
    sentence: string,
    params: JsonObject,
  ) {
    super(code, { params });
    this.name = 'CannotListen';
    this.message = sentence;
  }
}

/**
 * Starts to listen and gives the address. Throws {@link CannotListen} for a port that is taken, and for every host but
 * this machine when there is no public name: nobody could then tell our name from one that a page elsewhere made up.
 */
export async function listen(
  app: NestFastifyApplication,
  config: Pick<Config, 'host' | 'port'> & Partial<Pick<Config, 'publicUrl'>>,
): Promise<string> {
  const { host, port, publicUrl } = config;
  if (publicUrl === undefined && !isLoopbackAddress(host)) {
    throw new CannotListen(
      'host_not_loopback',
      `Without PUBLIC_URL Motcua listens on this machine only (127.0.0.1, ::1 or localhost), not on ${JSON.stringify(host)}.`,
      { host, port },
    );
  }
  try {
    await app.listen(port, host);
  } catch (error) {
    throw explained(error, host, port);
  }
  const address = app.getHttpServer().address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host === '127.0.0.1' ? 'localhost' : host}:${bound}`;
}

function explained(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const other = `PORT=${port + 1}`;
    return new CannotListen(
      'port_taken',
      `Port ${port} on ${host} is taken: stop what runs there, or choose another with ${other}.`,
      { host, port },
    );
  }
  if (code === 'EACCES') {
    return new CannotListen(
      'port_forbidden',
      `Port ${port} needs more rights than this user has: choose one from 1024 up with PORT.`,
      { host, port },
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new CannotListen(
      'host_unknown',
      `This machine has no address ${host}: choose another with HOST.`,
      { host, port },
    );
  }
  return error;
}

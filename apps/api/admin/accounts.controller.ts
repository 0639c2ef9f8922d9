import { Body, Controller, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import type { Account, Acting, WithSecret } from '#libs/identity';
import { DEPS, type FullDeps } from '../deps.js';
import { Who } from '../access/who.js';
import { TakesNoQuery } from '../http/no-query.js';
import { ProblemError } from '../problem/problem-error.js';
import { readBody } from '../validation/validate.js';
import { NewAccountDto, NothingDto } from './admin.dto.js';

/** An account as administrators see it: its unit by the code that they know. */
export type AccountView = Omit<Account, 'unitId'> & { unit: string | null };

/** A secret is told once, to be handed on. */
interface AccountWithSecret {
  account: AccountView;
  secret: string | null;
}

/** Who may sign in: those whom an administrator's unit and the units below answer for. */
@Controller('accounts')
export class AccountsController {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  @Get()
  @UseGuards(TakesNoQuery)
  async accounts(@Who() acting: Acting): Promise<{ items: AccountView[] }> {
    const items = await this.deps.identity.administration.accounts(acting);
    return { items: items.map((one) => this.view(one)) };
  }

  @Post()
  async createAccount(@Who() acting: Acting, @Body() body: unknown): Promise<AccountWithSecret> {
    const { login, kind, unit, signsInBy } = readBody(NewAccountDto, body) as unknown as NewAccountDto;
    return this.told(
      await this.deps.identity.administration.createAccount(acting, {
        login,
        kind: kind ?? 'person',
        unit: unit ?? this.unitOf(acting),
        byProvider: signsInBy === 'provider',
      }),
    );
  }

  /** For good; all sessions end. Positions stay as they are: what was done in them was done. */
  @Post(':no/disable')
  @HttpCode(204)
  async disableAccount(@Who() acting: Acting, @Param('no') no: string, @Body() body: unknown): Promise<void> {
    readBody(NothingDto, body);
    await this.deps.identity.administration.disableAccount(acting, await this.loginOf(acting, no));
  }

  /** A new one-time password; for a system a new secret. All sessions end. */
  @Post(':no/password')
  @HttpCode(200)
  async resetPassword(
    @Who() acting: Acting,
    @Param('no') no: string,
    @Body() body: unknown,
  ): Promise<AccountWithSecret> {
    readBody(NothingDto, body);
    const login = await this.loginOf(acting, no);
    return this.told(await this.deps.identity.administration.resetPassword(acting, login));
  }

  /** Of those within reach. Any other number is an account that does not exist. */
  private async loginOf(acting: Acting, no: string): Promise<string> {
    const all = await this.deps.identity.administration.accounts(acting);
    const found = all.find((account) => String(account.no) === no);
    if (!found) throw new ProblemError('account_unknown', { field: 'no' });
    return found.login;
  }

  private unitOf(acting: Acting): string | undefined {
    const { unitId } = acting.officer;
    return unitId === null ? undefined : this.deps.reference().units.byId(unitId)?.agencyCode;
  }

  private told({ account, secret }: WithSecret): AccountWithSecret {
    return { account: this.view(account), secret };
  }

  private view({ unitId, ...account }: Account): AccountView {
    const unit = unitId === null ? undefined : this.deps.reference().units.byId(unitId);
    return { ...account, unit: unit?.agencyCode ?? null };
  }
}
